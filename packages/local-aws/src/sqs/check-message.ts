import { checkMessageAttributes, countAttributeBytes, type MessageAttribute } from "./message-attributes.ts";
import { hasOnlyAllowedCharacters } from "./message-body.ts";
import { missingParameter, SqsError } from "./sqs-error.ts";

/**
 * What a sender hands over.
 *
 * @throws {SqsError} `MissingParameter`, `InvalidMessageContents`, `InvalidParameterValue`
 */
export function checkMessage(
  message: { body: string; attributes: readonly MessageAttribute[] },
  { maximumMessageBytes }: { maximumMessageBytes: number },
): void {
  if (message.body === "") throw missingParameter("MessageBody");
  if (!hasOnlyAllowedCharacters(message.body)) throw new SqsError("InvalidMessageContents");
  checkMessageAttributes(message.attributes);
  const sizeBytes = Buffer.byteLength(message.body) + countAttributeBytes(message.attributes);
  if (sizeBytes > maximumMessageBytes) {
    const reason = `Message must be shorter than ${maximumMessageBytes} bytes.`;
    throw new SqsError("InvalidParameterValue", {
      message: `One or more parameters are invalid. Reason: ${reason}`,
      logNote: "MessageBody",
    });
  }
}
