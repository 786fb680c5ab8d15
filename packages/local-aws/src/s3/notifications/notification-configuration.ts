import * as z from "zod/mini";
import type { ObjectStore } from "../object-store/object-store.ts";
import { EVENT_NAMES, type EventName, eventsOf } from "./event-names.ts";

const QueueNotification = z.object({
  id: z.string(),
  queueArn: z.string(),
  /** As they were put: `s3:ObjectCreated:*`. */
  events: z.array(z.string()),
  prefix: z.optional(z.string()),
  suffix: z.optional(z.string()),
});
/** Which events of a bucket go to which queue. */
export type QueueNotification = z.infer<typeof QueueNotification>;

const Notifications = z.array(QueueNotification);

export function readNotifications(store: ObjectStore, bucket: string): QueueNotification[] {
  const text = store.buckets.setting(bucket, "notification");
  return text === undefined ? [] : Notifications.parse(JSON.parse(text));
}

export function writeNotifications(
  store: ObjectStore,
  bucket: string,
  notifications: readonly QueueNotification[],
): void {
  const text = notifications.length === 0 ? undefined : JSON.stringify(notifications);
  store.buckets.setSetting(bucket, "notification", text);
}

/** Whether this event of this key is to be told. */
export function covers(notification: QueueNotification, event: { name: EventName; key: string }): boolean {
  const { prefix = "", suffix = "" } = notification;
  return (
    event.key.startsWith(prefix) &&
    event.key.endsWith(suffix) &&
    coveredEvents(notification).includes(event.name)
  );
}

export function coveredEvents({ events }: Pick<QueueNotification, "events">): EventName[] {
  const covered = events.map(eventsOf);
  return EVENT_NAMES.filter((name) => covered.some((names) => Array.isArray(names) && names.includes(name)));
}
