import { MAX_SINGLE_PUT_BYTES } from "../s3-limits.ts";
import { WaybillError } from "../waybill-error.ts";
import { toHex } from "./hex.ts";
import { ALGORITHM, scopedSigner } from "./scoped-signer.ts";
import type { SigningOptions } from "./signing-context.ts";
import { hmacSha256 } from "./sha256/sha256.ts";

/** A value that the form must have, or one that it may choose behind a prefix. */
export type FormValue = string | { startsWith: string };

/** What a browser's form may upload. */
export interface FormToSign {
  /**
   * Never all keys of the bucket. S3 puts the name that the browser sends in place of `${filename}`, here and in
   * the fields: such a value is bound up to there.
   */
  key: FormValue;
  /** Sent as the field `Content-Type`. */
  contentType: FormValue;
  /** Inclusive, up to 5 GiB; only a POST policy can bound the size: a presigned PUT pins one. */
  sizeBytes: { min: number; max: number };
  /** Further fields, each signed as it is: `success_action_status`, `x-amz-meta-*`, `Content-Disposition`… */
  fields?: Record<string, string> | undefined;
}

export interface PresignPostOptions extends FormToSign, SigningOptions {
  bucket: string;
}

/**
 * Sign a policy for a browser's form upload. A form has no multipart upload and cannot forbid to overwrite.
 * The fields are those of the AWS SDK for the same conditions, but where a value has a `$`: S3 refuses what
 * the SDK makes of that.
 *
 * @returns the fields of the form, which go before `file`; where `key` or `contentType` is a prefix, the
 *   form adds that field itself
 * @throws {WaybillError} `INVALID_SIZE`; `INVALID_INPUT` for a field that is signed anyway, and for a key
 *   that may begin with anything
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function presignPost(options: PresignPostOptions): Record<string, string> {
  const { bucket, key, contentType, sizeBytes, fields = {}, signedAt, expiresIn } = options;
  const { sessionToken } = options.credentials;
  assertSizes(sizeBytes);
  if (prefixOf(key) === "") throw new WaybillError("INVALID_INPUT", "A form cannot have the whole bucket.");
  for (const name of Object.keys(fields)) assertFree(name);
  const signer = scopedSigner(options);
  const signed: Record<string, string> = {
    ...fields,
    ...(typeof contentType === "string" ? { "Content-Type": contentType } : {}),
    bucket,
    "X-Amz-Algorithm": ALGORITHM,
    "X-Amz-Credential": signer.credential,
    "X-Amz-Date": signer.timestamp,
    ...(sessionToken === undefined ? {} : { "X-Amz-Security-Token": sessionToken }),
  };
  const conditions = [
    `["content-length-range",${sizeBytes.min},${sizeBytes.max}]`,
    ...(typeof contentType === "string" ? [] : [condition("Content-Type", contentType)]),
    ...Object.entries(signed).map(([name, value]) => condition(name, value)),
    condition("key", key),
  ];
  // Whole seconds, as the grant's own expiry.
  const expiration = `${new Date(signedAt.getTime() + expiresIn * 1000).toISOString().slice(0, 19)}Z`;
  const policy = toBase64(`{"expiration":"${expiration}","conditions":[${conditions.join(",")}]}`);
  return {
    ...signed,
    ...(typeof key === "string" ? { key } : {}),
    Policy: policy,
    "X-Amz-Signature": toHex(hmacSha256(signer.key, policy)),
  };
}

const FILE_NAME = "${filename}"; // oxlint-disable-line no-template-curly-in-string -- S3's own placeholder

function condition(name: string, value: FormValue): string {
  if (typeof value === "string" && !value.includes(FILE_NAME)) return `{${toJson(name)}:${toJson(value)}}`;
  return `["starts-with","$${name}",${toJson(prefixOf(value))}]`;
}

// S3 puts the file's name in before it looks at the conditions: an exact one would never be met.
function prefixOf(value: FormValue): string {
  const text = typeof value === "string" ? value : value.startsWith;
  return text.split(FILE_NAME, 1).join("");
}

// S3's policies have an escape that JSON has not: a bare $ in a value is met by nothing.
function toJson(text: string): string {
  return JSON.stringify(text).replaceAll("$", () => "\\$");
}

const TAKEN = new Set(["bucket", "content-type", "file", "key", "policy"]);
const TAKEN_BY_SIGNATURE = /^x-amz-(algorithm|credential|date|security-token|signature)$/;

function assertFree(field: string): void {
  const name = field.toLowerCase(); // as S3 compares them
  if (TAKEN.has(name) || TAKEN_BY_SIGNATURE.test(name))
    throw new WaybillError("INVALID_INPUT", `The form's field ${field} is not free.`);
}

function assertSizes({ min, max }: { min: number; max: number }): void {
  if (Number.isSafeInteger(min) && Number.isSafeInteger(max)) {
    if (0 <= min && min <= max && max <= MAX_SINGLE_PUT_BYTES) return;
  }
  throw new WaybillError(
    "INVALID_SIZE",
    `A form takes 0 to ${MAX_SINGLE_PUT_BYTES} bytes, not ${min} to ${max}.`,
  );
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
