import { createHash } from "node:crypto";

/**
 * What XML can hold: the query protocol, in which SQS began, is XML.
 *
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function hasOnlyAllowedCharacters(text: string): boolean {
  return ALLOWED.test(text);
}

const ALLOWED = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** Hexadecimal. */
export function toBodyMd5(body: string): string {
  return createHash("md5").update(body).digest("hex");
}
