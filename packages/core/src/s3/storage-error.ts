import { WaybillError, type WaybillErrorCode } from "../waybill-error.ts";
import { serviceRefusal } from "./service-refusal.ts";

const CODES: Record<string, WaybillErrorCode> = {
  NoSuchBucket: "STORAGE_DENIED",
  NoSuchKey: "OBJECT_NOT_FOUND",
  NotFound: "OBJECT_NOT_FOUND",
  NoSuchLifecycleConfiguration: "OBJECT_NOT_FOUND",
  NoSuchUpload: "UPLOAD_NOT_FOUND",
  PreconditionFailed: "OBJECT_EXISTS",
  NotImplemented: "STORAGE_DENIED",
  BadDigest: "CHECKSUM_MISMATCH",
  InvalidPart: "UPLOAD_INCOMPLETE",
  SlowDown: "STORAGE_BUSY",
  RequestTimeout: "STORAGE_BUSY",
  // The server's own credentials have run out, and will be renewed.
  ExpiredToken: "STORAGE_BUSY",
  // The server's own request was spoilt on its way.
  XAmzContentSHA256Mismatch: "STORAGE_BUSY",
  // STS says these with HTTP 400.
  Throttling: "STORAGE_BUSY",
  ThrottlingException: "STORAGE_BUSY",
  RequestLimitExceeded: "STORAGE_BUSY",
};

/**
 * What the store's refusal means here. The message names the store's own code and never carries
 * what the store echoes: keys, signatures, the string to sign.
 */
function storageError(error: unknown, doing: string, who: string): WaybillError {
  if (error instanceof WaybillError) return error;
  const refusal = serviceRefusal(error);
  if (refusal === undefined) return transportError(error, doing, who);
  const { name, status = 500 } = refusal;
  // What answers HEAD has no body that says more: it may be one of those above.
  const mayPass = status >= 500 || status === 429 || (status === 400 && name.startsWith("Unknown"));
  const code = CODES[name] ?? (mayPass ? "STORAGE_BUSY" : "STORAGE_DENIED");
  return new WaybillError(code, `${who} refused to ${doing}: ${name} (HTTP ${status}).`, {
    cause: error,
  });
}

/** Run one request to the store, or to STS; its refusal becomes a `WaybillError`. */
export async function talkToStore<T>(
  doing: string,
  run: () => Promise<T>,
  who: "The store" | "STS" = "The store",
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw storageError(error, doing, who);
  }
}

function transportError(error: unknown, doing: string, who: string): WaybillError {
  const name = error instanceof Error ? error.name : typeof error;
  if (name === "CredentialsProviderError") {
    return new WaybillError("STORAGE_DENIED", "The server has no usable AWS credentials.", { cause: error });
  }
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
  if (code === undefined && name !== "TimeoutError") {
    return new WaybillError("INTERNAL", `The request to ${doing} failed (${name}).`, { cause: error });
  }
  return new WaybillError("STORAGE_UNREACHABLE", `${who} cannot be reached to ${doing} (${code ?? name}).`, {
    cause: error,
  });
}
