import { WaybillError } from "@waybill/core";
import type { TransportResponse } from "./platform.ts";

/** What the store's refusal of a signed request means; undefined when it did not refuse. */
export function responseError({ status, text }: TransportResponse): WaybillError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? "no code";
  if (code === "ExpiredToken" || (status === 403 && /request has expired/i.test(text))) {
    return new WaybillError("GRANT_EXPIRED");
  }
  const said = `The store refused the bytes: ${code} (HTTP ${status}).`;
  if (code === "BadDigest" || code === "XAmzContentSHA256Mismatch")
    return new WaybillError("CHECKSUM_MISMATCH", said);
  if (code === "NoSuchUpload") return new WaybillError("UPLOAD_NOT_FOUND");
  if (code === "NoSuchKey") return new WaybillError("OBJECT_NOT_FOUND");
  if (status === 412) return new WaybillError("OBJECT_EXISTS", said);
  if (status >= 500 || status === 429 || status === 408 || code === "RequestTimeout") {
    return new WaybillError("STORAGE_BUSY", said);
  }
  return new WaybillError("STORAGE_DENIED", said);
}
