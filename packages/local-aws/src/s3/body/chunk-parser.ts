import { createHash, type Hash } from "node:crypto";
import { S3Error } from "../s3-error.ts";
import type { ChunkedPayload } from "../sigv4/payload.ts";

/** Of every chunk but the last: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
const MIN_CHUNK_BYTES = 8 * 1024;
/** A chunk's header takes about 100 bytes, a trailer with its longest value about 80. */
const MAX_LINE_BYTES = 512;

/** What comes next in the body. */
type Expected = "chunk-header" | "data" | "end-of-data" | "trailer" | "end-of-body" | "nothing";

/**
 * Takes the framing off an `aws-chunked` body while it arrives. Data is handed on as it comes and hashed on
 * the way, so a chunk may have any size; whether it was signed is known at its end.
 *
 * All its errors are `S3Error`: `IncompleteBody` for framing and length, `InvalidChunkSizeError`,
 * `MalformedTrailerError`, `SignatureDoesNotMatch`.
 */
export class ChunkParser {
  readonly #payload: ChunkedPayload;
  readonly #trailerName: string | undefined;
  #expected: Expected = "chunk-header";
  #line = "";
  /** Of the object, still to come. */
  #bytesLeft: number;
  #chunkNumber = 0;
  #chunkBytes = 0;
  #chunkBytesLeft = 0;
  #chunkSignature = "";
  #chunkHash: Hash | undefined;
  #trailerSignature: string | undefined;
  readonly #trailers = new Map<string, string>();

  /**
   * @param options.decodedBytes - how much data there must be
   * @param options.trailerName - in lower case; without it no trailer may come
   */
  constructor(options: { payload: ChunkedPayload; decodedBytes: number; trailerName: string | undefined }) {
    this.#payload = options.payload;
    this.#trailerName = options.trailerName;
    this.#bytesLeft = options.decodedBytes;
  }

  /** @returns the data within these bytes, not copied */
  push(bytes: Buffer): Buffer[] {
    const data: Buffer[] = [];
    let offset = 0;
    while (offset < bytes.length) {
      if (this.#expected === "data") {
        const piece = bytes.subarray(offset, offset + this.#chunkBytesLeft);
        offset += piece.length;
        data.push(piece);
        this.#takeData(piece);
      } else {
        this.#takeLineByte(bytes[offset] ?? 0);
        offset += 1;
      }
    }
    return data;
  }

  /**
   * Call when the body has ended.
   *
   * @returns the trailer, if one was announced: values by name in lower case
   */
  finish(): ReadonlyMap<string, string> {
    if (this.#expected !== "nothing") throw incompleteBody(`it ends before the ${this.#expected}`);
    return this.#trailers;
  }

  #takeData(piece: Buffer): void {
    this.#chunkHash?.update(piece);
    this.#chunkBytesLeft -= piece.length;
    if (this.#chunkBytesLeft > 0) return;
    this.#checkSignature();
    this.#expected = "end-of-data";
  }

  /** Lines end in CRLF, which may be cut in two. */
  #takeLineByte(byte: number): void {
    if (this.#expected === "nothing") throw incompleteBody("bytes behind its end");
    this.#line += String.fromCharCode(byte);
    if (this.#line.endsWith("\r\n")) {
      const line = this.#line.slice(0, -2);
      this.#line = "";
      return this.#takeLine(line);
    }
    if (this.#line.length <= MAX_LINE_BYTES) return;
    throw this.#expected === "trailer" ? malformedTrailer() : incompleteBody("a line without end");
  }

  #takeLine(line: string): void {
    if (this.#expected === "chunk-header") return this.#takeChunkHeader(line);
    if (this.#expected === "trailer") return line === "" ? this.#endTrailers() : this.#takeTrailer(line);
    if (line !== "") throw incompleteBody(`no CRLF at the ${this.#expected}`);
    this.#expected = this.#expected === "end-of-data" ? "chunk-header" : "nothing";
  }

  /** `10000;chunk-signature=…`, or the size alone where nothing is signed. */
  #takeChunkHeader(line: string): void {
    const [, size, signature] = /^([0-9a-f]{1,16})(?:;chunk-signature=(.*))?$/i.exec(line) ?? [];
    const isSigned = this.#payload.signatures !== undefined;
    if (size === undefined || (signature !== undefined) !== isSigned) {
      throw incompleteBody(`the header of chunk ${this.#chunkNumber + 1} cannot be read`);
    }
    const sizeBytes = Number.parseInt(size, 16);
    this.#chunkNumber += 1;
    // Only now it is known that the one before was not the last.
    if (sizeBytes > 0 && this.#chunkNumber > 1 && this.#chunkBytes < MIN_CHUNK_BYTES) {
      throw new S3Error("InvalidChunkSizeError", {
        details: { Chunk: String(this.#chunkNumber), BadChunkSize: String(this.#chunkBytes) },
      });
    }
    if (sizeBytes > this.#bytesLeft) throw incompleteBody("more data than x-amz-decoded-content-length");
    this.#bytesLeft -= sizeBytes;
    this.#chunkBytes = sizeBytes;
    this.#chunkBytesLeft = sizeBytes;
    this.#chunkSignature = signature ?? "";
    this.#chunkHash = isSigned ? createHash("sha256") : undefined;
    if (sizeBytes > 0) this.#expected = "data";
    else this.#endData();
  }

  #endData(): void {
    this.#checkSignature();
    if (this.#bytesLeft > 0) throw incompleteBody("less data than x-amz-decoded-content-length");
    this.#expected = this.#payload.mayHaveTrailer ? "trailer" : "end-of-body";
  }

  #checkSignature(): void {
    if (this.#chunkHash === undefined) return;
    this.#payload.signatures?.checkChunk(this.#chunkHash.digest("hex"), this.#chunkSignature);
  }

  #takeTrailer(line: string): void {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = line.slice(colon + 1).trim();
    // Its own signature comes last.
    if (this.#trailerSignature !== undefined) throw malformedTrailer();
    if (name === TRAILER_SIGNATURE && this.#payload.signatures !== undefined) {
      this.#trailerSignature = value;
      return;
    }
    if (name === "" || name !== this.#trailerName || this.#trailers.has(name)) throw malformedTrailer();
    this.#trailers.set(name, value);
  }

  #endTrailers(): void {
    if (this.#trailerName !== undefined && this.#trailers.size === 0) throw malformedTrailer();
    const { signatures } = this.#payload;
    const hasAnything = this.#trailers.size > 0 || this.#trailerSignature !== undefined;
    if (signatures !== undefined && hasAnything) {
      if (this.#trailerSignature === undefined) throw malformedTrailer();
      const signed = [...this.#trailers].map(([name, value]) => `${name}:${value}\n`).join("");
      signatures.checkTrailers(signed, this.#trailerSignature);
    }
    this.#expected = "nothing";
  }
}

const TRAILER_SIGNATURE = "x-amz-trailer-signature";

function malformedTrailer(): S3Error {
  return new S3Error("MalformedTrailerError");
}

function incompleteBody(logNote: string): S3Error {
  return new S3Error("IncompleteBody", { message: "The request body terminated unexpectedly", logNote });
}
