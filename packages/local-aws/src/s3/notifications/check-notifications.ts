import type { MessageQueues } from "../../sqs/message-queues.ts";
import { parseQueueArn } from "../../sqs/queue-arn.ts";
import type { S3Error } from "../s3-error.ts";
import { coveredEvents, type QueueNotification } from "./notification-configuration.ts";
import { invalidArgument } from "./notification-error.ts";
import { mayPublish } from "./queue-policy.ts";

/**
 * What S3 asks of notifications as a whole: that no event could go two ways.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 *
 * @throws {S3Error} `InvalidArgument`
 */
export function checkTogether(notifications: readonly QueueNotification[]): void {
  for (const [index, notification] of notifications.entries()) {
    checkOwnEvents(notification);
    for (const other of notifications.slice(index + 1)) {
      if (other.id === notification.id) {
        throw invalidArgument("Same ID used for multiple configurations. IDs must be unique", {
          name: "Id",
          value: other.id,
        });
      }
      if (haveCommonKeys(notification, other) && haveCommonEvents(notification, other)) {
        throw overlap(notification, other);
      }
    }
  }
}

function checkOwnEvents(notification: QueueNotification): void {
  const events = notification.events.flatMap((event) => coveredEvents({ events: [event] }));
  if (new Set(events).size < events.length) throw overlap(notification, notification);
}

function haveCommonEvents(a: QueueNotification, b: QueueNotification): boolean {
  const ofB = coveredEvents(b);
  return coveredEvents(a).some((event) => ofB.includes(event));
}

function haveCommonKeys(a: QueueNotification, b: QueueNotification): boolean {
  const [prefixA = "", prefixB = ""] = [a.prefix, b.prefix];
  const [suffixA = "", suffixB = ""] = [a.suffix, b.suffix];
  return (
    (prefixA.startsWith(prefixB) || prefixB.startsWith(prefixA)) &&
    (suffixA.endsWith(suffixB) || suffixB.endsWith(suffixA))
  );
}

function overlap(a: QueueNotification, b: QueueNotification): S3Error {
  const hasFilters = [a.prefix, a.suffix, b.prefix, b.suffix].some((value) => value !== undefined);
  const message = hasFilters
    ? "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type."
    : "Configurations overlap. Configurations on the same bucket cannot share a common event type.";
  return invalidArgument(message, { name: "Event", value: b.events.join(", ") });
}

/**
 * Whether S3 can send to these queues: they are there, and their policies let it.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 *
 * @throws {S3Error} `InvalidArgument`
 */
export function checkDestinations(
  notifications: readonly QueueNotification[],
  options: { bucket: string; queues: Pick<MessageQueues, "findByArn" | "region" | "accountId"> },
): void {
  const { bucket, queues } = options;
  for (const { queueArn } of notifications) {
    const parsed = parseQueueArn(queueArn);
    if (parsed === undefined) {
      throw invalidArgument("The ARN could not be parsed", { name: "Queue", value: queueArn });
    }
    if (parsed.region !== queues.region) {
      throw invalidArgument(
        "The notification destination service region is not valid for the bucket location constraint",
        { name: "Queue", value: queueArn },
      );
    }
    const queue = queues.findByArn(queueArn);
    if (queue === undefined) throw unusable(queueArn, "The destination queue does not exist");
    if (!mayPublish(queue, { bucket, accountId: queues.accountId })) {
      throw unusable(
        queueArn,
        "Permissions on the destination queue do not allow S3 to publish notifications from this bucket",
      );
    }
  }
}

function unusable(queueArn: string, why: string): S3Error {
  const message = "Unable to validate the following destination configurations";
  return invalidArgument(message, { name: queueArn, value: why });
}
