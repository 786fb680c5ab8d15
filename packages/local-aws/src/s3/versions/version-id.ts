import { randomBytes } from "node:crypto";
import { S3Error } from "../s3-error.ts";

/** The version that an object has which was written while versioning was not enabled. */
export const NULL_VERSION = "null";

const SEQUENCE_BYTES = 6;
const RANDOM_BYTES = 3 * SEQUENCE_BYTES;

/**
 * A new id, as long as Amazon's: 32 characters that a URL can hold. In it is the place of the version among
 * those of its key, so that a list can go on behind a version that was deleted meanwhile; covered by random
 * octets, so that nobody comes to rely on the order of ids, which Amazon's do not have.
 */
export function createVersionId(sequence: number): string {
  const random = randomBytes(RANDOM_BYTES);
  const place = Buffer.alloc(SEQUENCE_BYTES);
  place.writeUIntBE(sequence, 0, SEQUENCE_BYTES);
  return Buffer.concat([cover(place, random), random]).toString("base64url");
}

/** Whether this looks like an id, or is `null`. */
export function isVersionId(text: string): boolean {
  return text === NULL_VERSION || /^[\w-]{32}$/.test(text);
}

/** @throws {S3Error} `InvalidArgument` */
export function checkVersionId(text: string, argumentName: string): void {
  if (isVersionId(text)) return;
  throw new S3Error("InvalidArgument", {
    message: text === "" ? "Version id cannot be the empty string" : "Invalid version id specified",
    details: { ArgumentName: argumentName, ArgumentValue: text },
  });
}

/** @param versionId - one that `createVersionId` made, or that looks like it */
export function sequenceOf(versionId: string): number {
  const bytes = Buffer.from(versionId, "base64url");
  const place = cover(bytes.subarray(0, SEQUENCE_BYTES), bytes.subarray(SEQUENCE_BYTES));
  return place.readUIntBE(0, SEQUENCE_BYTES);
}

/** Its own inverse. */
function cover(place: Buffer, random: Buffer): Buffer {
  return Buffer.from(
    place.map((octet, index) =>
      [0, SEQUENCE_BYTES, 2 * SEQUENCE_BYTES].reduce(
        (covered, offset) => covered ^ random.readUInt8(offset + index),
        octet,
      ),
    ),
  );
}
