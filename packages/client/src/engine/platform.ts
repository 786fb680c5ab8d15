import type { SignedRequest } from "@waybill/core";

/** The bytes of one upload. `Body` is whatever the platform's transport sends: a Blob, a range of a file. */
export interface Source<Body> {
  fileName: string;
  contentType: string | undefined;
  sizeBytes: number;
  slice(start: number, end: number): Body;
  /** The bytes of a slice, in order; read anew at every call. */
  read(start: number, end: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** @throws {WaybillError} `SOURCE_CHANGED` when the bytes are no longer those it began with */
  assertUnchanged(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TransportResponse {
  status: number;
  /** The first 64 KiB of the body: an error's description. */
  text: string;
}

/** Sends one request. It knows nothing of parts, retries or routes. */
export type Transport<Body> = (
  request: SignedRequest,
  body: Body,
  options: {
    signal: AbortSignal;
    /** Bytes of the body handed over so far. */
    onSent: (bytes: number) => void;
  },
) => Promise<TransportResponse>;
