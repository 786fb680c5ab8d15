import * as z from "zod/mini";
import { pollMessages } from "../poll-messages.ts";
import { defineAction } from "../sqs-action.ts";
import { invalidParameter } from "../sqs-error.ts";
import { MAX_BATCH_ENTRIES, MAX_WAIT_SECONDS } from "../sqs-limits.ts";
import { checkRange, checkVisibilityTimeout } from "../wire/check-range.ts";
import { checkSystemAttributeNames, toReceivedOutput } from "../wire/received-output.ts";
import { requireQueue } from "../wire/require-queue.ts";

const ReceiveMessageInput = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.optional(z.int()),
  VisibilityTimeout: z.optional(z.int()),
  WaitTimeSeconds: z.optional(z.int()),
  AttributeNames: z.optional(z.array(z.string())), // the former name of the next
  MessageSystemAttributeNames: z.optional(z.array(z.string())),
  MessageAttributeNames: z.optional(z.array(z.string())),
  ReceiveRequestAttemptId: z.optional(z.string()),
});

export const receiveMessage = defineAction({
  name: "ReceiveMessage",
  input: ReceiveMessageInput,
  async run(input, { queues, signal }) {
    const { settings } = requireQueue(queues, input.QueueUrl);
    checkInput(input);
    const { AttributeNames = [], MessageSystemAttributeNames = [], MessageAttributeNames = [] } = input;
    const systemNames = [...AttributeNames, ...MessageSystemAttributeNames];
    checkSystemAttributeNames(systemNames);
    const messages = await pollMessages(queues, {
      queueUrl: input.QueueUrl,
      limit: input.MaxNumberOfMessages ?? 1,
      visibilityTimeoutSeconds: input.VisibilityTimeout,
      waitMs: (input.WaitTimeSeconds ?? settings.receiveWaitSeconds) * 1000,
      signal,
    });
    if (messages.length === 0) return {};
    const names = { system: systemNames, own: MessageAttributeNames };
    return { Messages: messages.map((message) => toReceivedOutput(message, names)) };
  },
});

/** @throws {SqsError} `InvalidParameterValue` */
function checkInput(input: z.infer<typeof ReceiveMessageInput>): void {
  checkVisibilityTimeout(input.VisibilityTimeout);
  checkRange(input.MaxNumberOfMessages, {
    name: "MaxNumberOfMessages",
    min: 1,
    max: MAX_BATCH_ENTRIES,
    reason: `Must be between 1 and ${MAX_BATCH_ENTRIES}, if provided.`,
  });
  checkRange(input.WaitTimeSeconds, {
    name: "WaitTimeSeconds",
    min: 0,
    max: MAX_WAIT_SECONDS,
    reason: `Must be >= 0 and <= ${MAX_WAIT_SECONDS}, if provided.`,
  });
  if (input.ReceiveRequestAttemptId === undefined) return;
  throw invalidParameter({
    name: "ReceiveRequestAttemptId",
    value: input.ReceiveRequestAttemptId,
    reason: "The request include parameter that is not valid for this queue type.",
  });
}
