import { OWN_RECORDS_PREFIX } from "@waybill/core";
import * as z from "zod/mini";

const SqsBatch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const S3Event = z.object({
  Records: z.array(
    z.object({
      eventVersion: z.string().check(z.startsWith("2.")),
      eventTime: z.string(),
      eventName: z.string(),
      s3: z.object({
        object: z.object({
          key: z.string(),
          size: z.optional(z.number()),
          eTag: z.optional(z.string()),
          versionId: z.optional(z.string()),
        }),
      }),
    }),
  ),
});

/** What S3 says once, when it is told of the queue. */
const TestEvent = z.object({ Event: z.literal("s3:TestEvent") });

/** Of a batch from a queue: what has to come again. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export interface BatchResult {
  batchItemFailures: { itemIdentifier: string }[];
}

/**
 * One line of the log for each object that was stored, whichever way it came: the bucket has no access log, since that
 * would hold signatures. S3 may tell of an object twice, and in any order.
 *
 * @throws when it is no batch of a queue's messages
 */
export function recordStoredObjects(
  batch: unknown,
  log: (event: Record<string, unknown>) => void,
): BatchResult {
  const failed = SqsBatch.parse(batch).Records.filter(({ body }) => !record(body, log));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** @returns whether it was a message of S3 */
function record(body: string, log: (event: Record<string, unknown>) => void): boolean {
  const message = parseJson(body);
  if (TestEvent.safeParse(message).success) return true;
  const event = S3Event.safeParse(message);
  if (!event.success) {
    log({ event: "message-not-understood" });
    return false;
  }
  for (const { eventName, eventTime, s3 } of event.data.Records) {
    const { size: sizeBytes, eTag, versionId } = s3.object;
    const key = decodeKey(s3.object.key);
    if (key.startsWith(OWN_RECORDS_PREFIX)) continue; // a share that was made, or opened; what somebody has had
    log({
      event: "object-stored",
      by: eventName,
      storedAt: eventTime,
      key,
      sizeBytes,
      eTag,
      versionId,
    });
  }
  return true;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no message of S3
  }
}

/** Keys come as forms encode them: a space is a plus. */
function decodeKey(key: string): string {
  return new URLSearchParams(`key=${key}`).get("key") ?? "";
}
