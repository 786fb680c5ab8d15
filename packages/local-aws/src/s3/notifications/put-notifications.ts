import type { MessageQueues } from "../../sqs/message-queues.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import type { RequestIds } from "../request-ids.ts";
import { checkDestinations, checkTogether } from "./check-notifications.ts";
import { type QueueNotification, writeNotifications } from "./notification-configuration.ts";

/**
 * Replace the notifications of a bucket, and tell each queue so with a test event. Within a transaction.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 *
 * @param options.isChecked - whether the queues are to be looked at; without, they get no test event either
 * @throws {S3Error} `InvalidArgument`
 */
export function putNotifications(
  notifications: readonly QueueNotification[],
  options: {
    store: ObjectStore;
    queues: Pick<MessageQueues, "findByArn" | "send" | "region" | "accountId">;
    bucket: string;
    ids: RequestIds;
    time: Date;
    isChecked: boolean;
  },
): void {
  const { store, queues, bucket, ids, time } = options;
  checkTogether(notifications);
  writeNotifications(store, bucket, notifications);
  if (!options.isChecked) return;
  checkDestinations(notifications, { bucket, queues });
  const testEvent = JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: time.toISOString(),
    Bucket: bucket,
    RequestId: ids.requestId,
    HostId: ids.hostId,
  });
  const queueArns = new Set(notifications.map(({ queueArn }) => queueArn));
  for (const queueArn of queueArns) queues.send(queueArn, testEvent);
}
