import { createHash } from "node:crypto";
import { hasOnlyAllowedCharacters } from "./message-body.ts";
import { SqsError } from "./sqs-error.ts";
import { MAX_MESSAGE_ATTRIBUTES } from "./sqs-limits.ts";

/** One that a sender put beside the body. */
export interface MessageAttribute {
  name: string;
  /** `String`, `Number` or `Binary`, and perhaps a label of the sender's: `Number.byte`. */
  dataType: string;
  value: string | Buffer;
}

/**
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 *
 * @throws {SqsError} `InvalidParameterValue`, `InvalidMessageContents`
 */
export function checkMessageAttributes(attributes: readonly MessageAttribute[]): void {
  if (attributes.length > MAX_MESSAGE_ATTRIBUTES) {
    const counts = `[${attributes.length}] exceeds the allowed maximum [${MAX_MESSAGE_ATTRIBUTES}]`;
    throw refuse(`Number of message attributes ${counts}.`);
  }
  for (const attribute of attributes) checkMessageAttribute(attribute);
}

/** Names, types and values count against the limit of a message. */
export function countAttributeBytes(attributes: readonly MessageAttribute[]): number {
  const sizes = attributes.map(
    ({ name, dataType, value }) =>
      Buffer.byteLength(name) + Buffer.byteLength(dataType) + Buffer.byteLength(value),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Hexadecimal. In order of their names; each as name, type, a byte for the kind of value, and value, every
 * one but that byte behind its length.
 *
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function toAttributesMd5(attributes: readonly MessageAttribute[]): string {
  const hash = createHash("md5");
  const update = (value: string | Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(value));
    hash.update(length).update(value);
  };
  for (const { name, dataType, value } of attributes.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    update(name);
    update(dataType);
    hash.update(Buffer.of(typeof value === "string" ? STRING_VALUE : BINARY_VALUE));
    update(value);
  }
  return hash.digest("hex");
}

/**
 * Keep what ReceiveMessage asks for.
 *
 * @param names - whole names, `All` or `.*` for every one, `prefix.*` for those that begin so
 */
export function selectMessageAttributes(
  attributes: readonly MessageAttribute[],
  names: readonly string[],
): MessageAttribute[] {
  const prefixes = names.filter((name) => name.endsWith(".*")).map((name) => name.slice(0, -2));
  return attributes.filter(
    ({ name }) =>
      names.includes("All") || names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  );
}

const STRING_VALUE = 1;
const BINARY_VALUE = 2;
const MAX_NAME_CHARACTERS = 256;

/** Letters, digits, `_`, `-` and single dots in between; names of Amazon's own are reserved. */
const NAME = /^(?!(?:aws|amazon)\.)[\w-]+(?:\.[\w-]+)*$/i;
const DATA_TYPE = /^(String|Number|Binary)(?:\.[\x20-\x7e]+)?$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function checkMessageAttribute({ name, dataType, value }: MessageAttribute): void {
  if (name.length > MAX_NAME_CHARACTERS || !NAME.test(name)) {
    throw refuse(
      `Message (user) attribute name '${name}' is invalid: it can have up to 256 alphanumeric characters, underscores, hyphens and single periods, and must not start with AWS. or Amazon.`,
    );
  }
  const [, kind] = DATA_TYPE.exec(dataType) ?? [];
  if (kind === undefined || dataType.length > MAX_NAME_CHARACTERS) {
    throw refuse(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const field = kind === "Binary" ? "Binary" : "String";
  if ((typeof value === "string") !== (field === "String")) {
    throw refuse(`The message attribute '${name}' with type '${kind}' must use field '${field}'.`);
  }
  if (value.length === 0) {
    throw refuse(`Message (user) attribute '${name}' must contain a non-empty value of type '${field}'.`);
  }
  if (typeof value !== "string") return;
  if (!hasOnlyAllowedCharacters(value)) throw new SqsError("InvalidMessageContents");
  if (kind === "Number" && !isNumber(value)) {
    throw refuse(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

/** Up to 38 digits, and between 10^-128 and 10^126 whatever the sign. */
function isNumber(text: string): boolean {
  if (!NUMBER.test(text)) return false;
  const digits = text.replace(/e.*/i, "").replaceAll(/\D/g, "").replace(/^0+/, "");
  const size = Math.abs(Number(text));
  return digits.length <= 38 && (digits === "" || (size >= 1e-128 && size <= 1e126));
}

function refuse(message: string): SqsError {
  return new SqsError("InvalidParameterValue", { message, logNote: "MessageAttributes" });
}
