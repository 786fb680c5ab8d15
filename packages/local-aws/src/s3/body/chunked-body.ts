import { Readable } from "node:stream";
import { parseTrailerName } from "../checksums/declared-checksum.ts";
import type { S3Request } from "../operation.ts";
import { parseInteger } from "../parse-integer.ts";
import { S3Error } from "../s3-error.ts";
import type { ChunkedPayload } from "../sigv4/payload.ts";
import { ChunkParser } from "./chunk-parser.ts";
import type { RequestBody } from "./request-body.ts";

/** Headers that only a chunked request has. */
export const CHUNKED_HEADERS = ["x-amz-decoded-content-length", "x-amz-trailer"] as const;

const READ_AHEAD_BYTES = 256 * 1024;

/**
 * The same request as if its body had come in one piece: operations see the decoded bytes and their
 * number, and a Content-Encoding without `aws-chunked`, which says nothing about the object.
 *
 * @throws {S3Error} `MissingContentLength`, `InvalidArgument`, `InvalidRequest`
 */
export function withDecodedBody(request: S3Request, payload: ChunkedPayload): S3Request {
  const { headers, body } = request;
  const trailerName = parseTrailerName(headers);
  if (trailerName !== undefined && !payload.mayHaveTrailer) {
    throw new S3Error("InvalidRequest", {
      message: "The x-amz-trailer header needs a form of x-amz-content-sha256 that ends in -TRAILER.",
    });
  }
  const decodedBytes = parseDecodedLength(headers.get("x-amz-decoded-content-length"));
  const parser = new ChunkParser({ payload, decodedBytes, trailerName });
  return { ...request, headers: withoutChunkedEncoding(headers), body: decode(body, parser, decodedBytes) };
}

function parseDecodedLength(text: string | undefined): number {
  if (text === undefined) throw new S3Error("MissingContentLength");
  return parseInteger(text, { name: "x-amz-decoded-content-length", min: 0, max: Number.MAX_SAFE_INTEGER });
}

function withoutChunkedEncoding(headers: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const encodings = (headers.get("content-encoding") ?? "").split(",").map((encoding) => encoding.trim());
  const kept = encodings.filter((encoding) => encoding.toLowerCase() !== "aws-chunked");
  if (kept.length === encodings.length) {
    throw new S3Error("InvalidRequest", {
      message: "A chunked payload needs aws-chunked in its Content-Encoding.",
    });
  }
  return new Map(headers).set("content-encoding", kept.join(","));
}

function decode(body: RequestBody, parser: ChunkParser, decodedBytes: number): RequestBody {
  let trailers: ReadonlyMap<string, string> = new Map();
  return {
    declaredBytes: decodedBytes,
    isPresent: true,
    isOpen: () => body.isOpen(),
    trailers: () => trailers,
    open: () =>
      decodeStream(body.open(), {
        push: (bytes) => parser.push(bytes),
        finish: () => {
          trailers = parser.finish();
        },
      }),
  };
}

/**
 * Not a pipeline: that would destroy the connection together with the stream, and the client would never
 * see the refusal. Nothing is read, and so nothing fails, before somebody listens.
 */
function decodeStream(
  source: Readable,
  parser: { push: (bytes: Buffer) => Buffer[]; finish: () => void },
): Readable {
  let isListening = false;
  let isFull = false;
  const decoded = new Readable({
    highWaterMark: READ_AHEAD_BYTES,
    read() {
      isFull = false;
      if (!isListening) listen();
      source.resume();
    },
  });
  const stop = (error?: unknown): void => {
    source.off("data", take).off("end", end).off("error", stop).off("close", cutShort);
    decoded.destroy(error instanceof Error ? error : undefined);
  };
  const take = (bytes: Buffer): void => {
    if (isFull) return stop(); // the answer is on its way, and what is left of the body is thrown away
    try {
      isFull = parser
        .push(bytes)
        .map((piece) => decoded.push(piece))
        .includes(false);
      if (isFull) source.pause();
    } catch (error) {
      stop(error);
    }
  };
  const end = (): void => {
    source.off("error", stop).off("close", cutShort);
    try {
      parser.finish();
      decoded.push(null);
    } catch (error) {
      stop(error);
    }
  };
  const cutShort = (): void => stop(new S3Error("IncompleteBody"));
  const listen = (): void => {
    isListening = true;
    source.on("data", take).once("end", end).once("error", stop).once("close", cutShort);
    if (source.destroyed) cutShort();
  };
  return decoded;
}
