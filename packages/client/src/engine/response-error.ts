import { WaybillError } from "@waybill/core";
import type { TransportResponse } from "./platform.ts";

/** What the store's refusal of a signed request means; undefined when it did not refuse. */
export function responseError({
  status,
  text,
  retryAfter,
}: Pick<TransportResponse, "status" | "text" | "retryAfter">): WaybillError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? "no code";
  if (isExpired(status, code, text)) return new WaybillError("GRANT_EXPIRED");
  const said = `The store refused the bytes: ${code} (HTTP ${status}).`;
  if (code === "BadDigest" || code === "XAmzContentSHA256Mismatch")
    return new WaybillError("CHECKSUM_MISMATCH", said);
  if (code === "NoSuchUpload") return new WaybillError("UPLOAD_NOT_FOUND");
  if (code === "NoSuchKey") return new WaybillError("OBJECT_NOT_FOUND");
  if (code === "EntityTooLarge") return new WaybillError("TOO_LARGE", said);
  if (status === 412) return new WaybillError("OBJECT_EXISTS", said);
  if (status >= 500 || status === 429 || status === 408 || BUSY_CODES.has(code)) {
    return new WaybillError("STORAGE_BUSY", said, { retryAfterMs: retryAfterMs(retryAfter) });
  }
  return new WaybillError("STORAGE_DENIED", said);
}

/** S3 says these with a status that alone would end it. */
const BUSY_CODES: ReadonlySet<string> = new Set(["RequestTimeout", "IncompleteBody", "OperationAborted"]);

/** The signature is right, but not at this time: the grant is over, its credentials are, or the signer's clock is wrong. */
function isExpired(status: number, code: string, text: string): boolean {
  if (code === "ExpiredToken" || code === "RequestTimeTooSkewed") return true;
  return status === 403 && /request (has expired|is not (yet )?valid)/i.test(text);
}

/** Seconds, or a date. @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function retryAfterMs(value: string | undefined): number {
  if (value === undefined) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return ms > 0 ? ms : 0;
}
