import type { Readable } from "node:stream";
import { Busboy, type BusboyInstance } from "@fastify/busboy";
import { S3Error } from "../s3-error.ts";
import { type FormField, type FormFields, toFormFields } from "./form-fields.ts";

/** The one part of a form that is a file, before any of its bytes was read. */
export interface FilePart {
  /** Those before the file; those behind it do not count. */
  fields: FormFields;
  /** As the client sent it. */
  fileName: string | undefined;
  /** Of all that is not the file, up to its first byte. */
  formBytes: number;
  bytes: Readable;
}

export interface FormParser {
  /** @returns whether to go on; otherwise wait for `onceDrained` */
  write(chunk: Buffer): boolean;
  onceDrained(listener: () => void): void;
  /** Call when the body has ended. */
  end(): void;
}

/** "20 KB" in the documentation; what Amazon answers names 20480. */
const MAX_FORM_BYTES = 20 * 1024;
export const READ_AHEAD_BYTES = 256 * 1024;

/**
 * Takes a form apart while it arrives.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
 *
 * @param events.onFile - at most once, from within `write`
 * @param events.onEnd - once: behind `end`, or at the first failure, which is
 *   `MaxPostPreDataLengthExceeded`, `MalformedPOSTRequest` or, without exactly one file, `InvalidArgument`.
 *   What comes behind a failure means nothing
 */
export function createFormParser(
  boundary: string,
  events: { onFile: (file: FilePart) => void; onEnd: (failure: S3Error | undefined) => void },
): FormParser {
  const parser = createBusboy(boundary);
  const position = createPosition();
  const sent: FormField[] = [];
  let fileCount = 0;
  const isBeforeFile = (): boolean => fileCount === 0;

  const malformed = (cause: unknown): void => events.onEnd(new S3Error("MalformedPOSTRequest", { cause }));
  parser.on("field", (name: string | undefined, value) => {
    if (isBeforeFile() && name !== undefined) sent.push({ name, value });
  });
  parser.on("file", (_name, bytes, fileName: string | undefined) => {
    bytes.on("error", malformed);
    fileCount += 1;
    if (fileCount > 1) return void bytes.resume();
    const formBytes = position.headEnd();
    if (formBytes > MAX_FORM_BYTES) events.onEnd(tooMuchBeforeTheFile());
    else events.onFile({ fields: toFormFields(sent), fileName, formBytes, bytes });
  });
  parser.on("error", malformed);
  parser.on("finish", () => events.onEnd(fileCount === 1 ? undefined : wrongNumberOfFiles(fileCount)));

  // Busboy holds back what may be the begin of a boundary, and so the end of a part's head, too.
  const maxBytesBeforeFile = MAX_FORM_BYTES + "\r\n--".length + boundary.length;
  return {
    write(chunk) {
      let rest = chunk;
      while (isBeforeFile() && rest.length > 0) {
        const room = maxBytesBeforeFile - position.bytes();
        if (room <= 0) {
          events.onEnd(tooMuchBeforeTheFile());
          return true;
        }
        const piece = rest.subarray(0, Math.min(rest.indexOf("\n") + 1 || rest.length, room));
        parser.write(piece);
        position.advance(piece);
        rest = rest.subarray(piece.length);
      }
      return rest.length === 0 || parser.write(rest);
    },
    onceDrained: (listener) => void parser.once("drain", listener),
    end: () => void parser.end(),
  };
}

/** Counts bytes that come line by line, or in parts of lines. */
function createPosition() {
  let bytes = 0;
  let lineStart = 0;
  let headEnd = 0;
  return {
    bytes: () => bytes,
    /** Behind the last empty line. */
    headEnd: () => headEnd,
    advance(piece: Buffer) {
      bytes += piece.length;
      if (piece.at(-1) !== LINE_FEED) return;
      if (bytes - lineStart === "\r\n".length) headEnd = bytes;
      lineStart = bytes;
    },
  };
}

const LINE_FEED = 10;

function createBusboy(boundary: string): BusboyInstance {
  return new Busboy({
    headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
    // Some clients give every part a file name: only the field's own counts.
    isPartAFile: (name) => name?.toLowerCase() === "file",
    preservePath: true,
    highWaterMark: READ_AHEAD_BYTES,
    fileHwm: READ_AHEAD_BYTES,
    limits: { fieldSize: MAX_FORM_BYTES, headerSize: MAX_FORM_BYTES },
  });
}

function tooMuchBeforeTheFile(): S3Error {
  return new S3Error("MaxPostPreDataLengthExceeded", {
    details: { MaxPostPreDataLengthBytes: String(MAX_FORM_BYTES) },
  });
}

/** Amazon's table of errors says IncorrectNumberOfFilesInPostRequest; its servers do not. */
function wrongNumberOfFiles(count: number): S3Error {
  return new S3Error("InvalidArgument", {
    message: "POST requires exactly one file upload per request.",
    details: { ArgumentName: "file", ArgumentValue: String(count) },
    logNote: `${count} parts named file`,
  });
}
