import { Readable } from "node:stream";
import { S3Error } from "../s3-error.ts";
import { READ_AHEAD_BYTES } from "./form-parser.ts";

/** How large the file may be, in bytes, both inclusive. */
export interface SizeRange {
  minBytes: number;
  maxBytes: number;
}

/** The file of a form, held back at its end until the rest of the form was found right, too. */
export interface FileStream {
  bytes: Readable;
  /** Call when the form is over, once. */
  settle(failure: S3Error | undefined): void;
}

/**
 * Nothing is read, and so nothing fails, before somebody reads the stream.
 *
 * @param part - the bytes between the boundaries
 * @param options.expectedBytes - the size as far as it is known, to name it before all of it was seen
 * @param options.onTooLarge - takes `EntityTooLarge`, at the first byte over the range
 * @returns a stream that also fails with `EntityTooSmall`
 */
export function createFileStream(
  part: Readable,
  options: { range: SizeRange; expectedBytes: number | undefined; onTooLarge: (failure: S3Error) => void },
): FileStream {
  const { minBytes, maxBytes } = options.range;
  let sizeBytes = 0;
  let isStarted = false;
  let isOver = false;
  let failure: S3Error | undefined;

  const bytes = new Readable({
    highWaterMark: READ_AHEAD_BYTES,
    read() {
      if (!isStarted) start();
      part.resume();
    },
  });
  const start = (): void => {
    isStarted = true;
    part.on("data", take);
    if (isOver) close();
  };
  const take = (chunk: Buffer): void => {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      options.onTooLarge(tooLarge(Math.max(sizeBytes, options.expectedBytes ?? 0), maxBytes));
    } else if (!bytes.push(chunk)) part.pause();
  };
  const close = (): void => {
    part.off("data", take);
    if (failure !== undefined) bytes.destroy(failure);
    else if (sizeBytes > maxBytes) bytes.destroy(tooLarge(sizeBytes, maxBytes)); // even nothing may be too much
    else if (sizeBytes < minBytes) bytes.destroy(tooSmall(sizeBytes, minBytes));
    else bytes.push(null);
  };
  return {
    bytes,
    settle(result) {
      isOver = true;
      failure = result;
      if (isStarted) close();
    },
  };
}

function tooLarge(sizeBytes: number, maxBytes: number): S3Error {
  return new S3Error("EntityTooLarge", {
    details: { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(maxBytes) },
  });
}

function tooSmall(sizeBytes: number, minBytes: number): S3Error {
  return new S3Error("EntityTooSmall", {
    details: { ProposedSize: String(sizeBytes), MinSizeAllowed: String(minBytes) },
  });
}
