import { S3Error } from "../s3-error.ts";

/** What the signature says about the body. */
export type Payload = { kind: "unsigned" } | { kind: "sha256"; hex: string };

/**
 * @param payloadHash - `x-amz-content-sha256`
 * @throws {S3Error} `NotImplemented` for the chunked forms, `InvalidArgument` for anything else
 */
export function parsePayload(payloadHash: string): Payload {
  if (payloadHash === "UNSIGNED-PAYLOAD") return { kind: "unsigned" };
  if (/^[0-9a-f]{64}$/i.test(payloadHash)) return { kind: "sha256", hex: payloadHash.toLowerCase() };
  // The place for chunked bodies: a kind per form here, and a decoder in body/request-body.ts.
  if (payloadHash.startsWith("STREAMING-")) {
    throw new S3Error("NotImplemented", {
      details: { Header: "x-amz-content-sha256", additionalMessage: payloadHash },
      logNote: `chunked payload ${payloadHash}`,
    });
  }
  throw new S3Error("InvalidArgument", {
    message: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a streaming form, or a valid sha256 value.",
    details: { ArgumentName: "x-amz-content-sha256", ArgumentValue: payloadHash },
  });
}
