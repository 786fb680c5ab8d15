import type { Integrity, RunningChecksum, SignedRequest } from "@waybill/core";

/** The bytes of one upload. `Body` is whatever the platform's transport sends: a Blob, a range of a file. */
export interface Source<Body> {
  fileName: string;
  contentType: string | undefined;
  sizeBytes: number;
  /** Milliseconds since 1970; 0 where nobody can tell. */
  modifiedAtMs: number;
  /** What the same source is called in another run; undefined: it cannot be had again. */
  identity: string | undefined;
  /** In browsers, where there is one: opens the same file in another run. */
  handle?: FileSystemFileHandle | undefined;
  slice(start: number, end: number): Body;
  /** Of a slice, in base64; read anew at every call. */
  checksum(start: number, end: number, algorithm: Integrity, signal: AbortSignal): Promise<string>;
  /** @throws {WaybillError} `SOURCE_CHANGED` when the bytes are no longer those it began with */
  assertUnchanged(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Called when the first MD5 is needed: for stores that have no other checksums. */
export type LoadMd5 = () => Promise<{ createMd5: () => RunningChecksum }>;

export interface TransportResponse {
  status: number;
  /** The first 64 KiB of the body: an error's description. */
  text: string;
  /** The header `Retry-After`, if it can be read. */
  retryAfter: string | undefined;
  /** Of what was stored, where they can be read; the checksum is a CRC64NVME. */
  eTag: string | undefined;
  checksum: string | undefined;
}

export interface TransportOptions {
  signal: AbortSignal;
  /** Bytes of the body handed over so far. */
  onSent: (bytes: number) => void;
  /** On a connection that nothing else was sent on, where the platform lets us choose. */
  fresh: boolean;
  /** Wait until so many bytes may go. */
  pace: ((bytes: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/** Sends one request. It knows nothing of parts, retries or routes. */
export type Transport<Body> = (
  request: SignedRequest,
  body: Body,
  options: TransportOptions,
) => Promise<TransportResponse>;
