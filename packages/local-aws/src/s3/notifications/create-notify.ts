import type { MessageQueues } from "../../sqs/message-queues.ts";
import { SqsError } from "../../sqs/sqs-error.ts";
import type { ObjectStore } from "../object-store/object-store.ts";
import type { EventName } from "./event-names.ts";
import { type EventSource, type ObjectEvent, toEventRecord } from "./event-record.ts";
import { covers, readNotifications } from "./notification-configuration.ts";

/** What an operation says of an object: what created it is known by the operation. */
type ObjectChange = Omit<ObjectEvent, "name"> & {
  name: Exclude<EventName, `ObjectCreated:${string}`> | "ObjectCreated";
};

/** Tell the queues that want to know. Within the transaction that changes the object, so that no event is lost. */
export type Notify = (change: ObjectChange) => void;

const CREATED_BY: Readonly<Record<string, EventName>> = {
  PutObject: "ObjectCreated:Put",
  PostObject: "ObjectCreated:Post",
  CopyObject: "ObjectCreated:Copy",
  CompleteMultipartUpload: "ObjectCreated:CompleteMultipartUpload",
};

export function createNotify(options: {
  store: ObjectStore;
  queues: Pick<MessageQueues, "send">;
  operation: string;
  source: EventSource;
  clock: () => Date;
  log: (line: string) => void;
}): Notify {
  const { store, queues, source } = options;
  return (change) => {
    const event: ObjectEvent = { ...change, name: toEventName(change.name, options.operation) };
    const wanted = readNotifications(store, event.bucket).filter((notification) =>
      covers(notification, event),
    );
    if (wanted.length === 0) return;
    const moment = { sequence: store.nextSequence(), time: options.clock() };
    for (const { id, queueArn } of wanted) {
      const record = toEventRecord(event, { source, configurationId: id, ...moment });
      try {
        queues.send(queueArn, JSON.stringify({ Records: [record] }));
      } catch (error) {
        // As at Amazon: what a queue does not take is lost, and the object is not.
        if (!(error instanceof SqsError)) throw error;
        options.log(
          `event ${event.name} of bucket ${event.bucket} was not taken by ${queueArn}: ${error.code}`,
        );
      }
    }
  };
}

function toEventName(name: ObjectChange["name"], operation: string): EventName {
  if (name !== "ObjectCreated") return name;
  const created = CREATED_BY[operation];
  if (created === undefined) throw new Error(`${operation} creates no objects`);
  return created;
}
