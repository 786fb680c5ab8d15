import type { Readable } from "node:stream";
import type { RequestBody } from "../body/request-body.ts";
import { S3Error } from "../s3-error.ts";
import { createFileStream, type FileStream, type SizeRange } from "./file-stream.ts";
import { createFormParser, type FilePart } from "./form-parser.ts";

/** A form, read up to its file. */
export interface PostForm extends Pick<FilePart, "fields" | "fileName"> {
  /** The file's size if nothing comes behind it; `undefined` when the body's length is not known. */
  expectedBytes: number | undefined;
  /**
   * The file, once. It ends when all of the form was read and found right, and fails with `EntityTooLarge`,
   * `EntityTooSmall`, `IncompleteBody`, `MalformedPOSTRequest` or, for a second file, `InvalidArgument`.
   */
  openFile(range: SizeRange): Readable;
  /** Leave the rest of the body to somebody else. */
  release: () => void;
}

/**
 * Read a form up to its file.
 *
 * @throws {S3Error} `MaxPostPreDataLengthExceeded`, `InvalidArgument` without a file, `IncompleteBody`,
 *   `MalformedPOSTRequest`
 */
export function readForm(body: RequestBody, boundary: string): Promise<PostForm> {
  const source = body.open();
  const form = Promise.withResolvers<PostForm>();
  let file: FileStream | undefined;
  let outcome: { failure: S3Error | undefined } | undefined;

  const settle = (failure: S3Error | undefined): void => {
    if (outcome !== undefined) return;
    outcome = { failure };
    release();
    if (failure !== undefined) form.reject(failure);
    file?.settle(failure);
  };
  const parser = createFormParser(boundary, {
    onFile({ fields, fileName, formBytes, bytes }) {
      const expectedBytes = toFileBytes(body.declaredBytes, { formBytes, boundary });
      const openFile = (range: SizeRange): Readable => {
        file = createFileStream(bytes, { range, expectedBytes, onTooLarge: settle });
        if (outcome !== undefined) file.settle(outcome.failure);
        return file.bytes;
      };
      form.resolve({ fields, fileName, expectedBytes, openFile, release });
    },
    onEnd: settle,
  });

  const take = (chunk: Buffer): void => {
    if (parser.write(chunk)) return;
    source.pause();
    parser.onceDrained(() => source.resume());
  };
  const end = (): void => {
    source.off("error", cutShort).off("close", cutShort);
    parser.end();
  };
  const cutShort = (cause?: unknown): void =>
    settle(cause instanceof S3Error ? cause : new S3Error("IncompleteBody", { cause }));
  const release = (): void =>
    void source.off("data", take).off("end", end).off("error", cutShort).off("close", cutShort);
  source.on("data", take).once("end", end).once("error", cutShort).once("close", cutShort);
  if (source.destroyed) cutShort();
  return form.promise;
}

/** What Content-Length leaves for the file, ahead of the boundary that closes the form: `\r\n--…--\r\n`. */
function toFileBytes(
  declaredBytes: number | undefined,
  { formBytes, boundary }: { formBytes: number; boundary: string },
): number | undefined {
  if (declaredBytes === undefined) return undefined;
  return Math.max(0, declaredBytes - formBytes - boundary.length - "\r\n----\r\n".length);
}
