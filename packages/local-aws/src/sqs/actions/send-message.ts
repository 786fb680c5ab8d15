import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { MESSAGE_INPUT, toOutgoingMessage, toSendOptions, toSentOutput } from "../wire/message-input.ts";
import { requireQueue } from "../wire/require-queue.ts";

export const sendMessage = defineAction({
  name: "SendMessage",
  input: z.strictObject({ QueueUrl: z.string(), ...MESSAGE_INPUT }),
  run({ QueueUrl, ...input }, { queues }) {
    const message = toOutgoingMessage(input);
    const { messageId } = queues.transaction(() => {
      const { arn } = requireQueue(queues, QueueUrl);
      return queues.send(arn, message.body, toSendOptions(input, message));
    });
    return { MessageId: messageId, ...toSentOutput(message) };
  },
});
