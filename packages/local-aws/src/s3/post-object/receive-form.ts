import { MAX_SINGLE_PUT_BYTES } from "@waybill/core/s3-limits";
import type { Identities } from "../../identity/create-identities.ts";
import type { RequestBody } from "../body/request-body.ts";
import type { S3Operation, S3Request } from "../operation.ts";
import { type Address, checkKeyLength } from "../resolve-address.ts";
import { S3Error } from "../s3-error.ts";
import { isPresigned } from "../sigv4/parse-presigned-query.ts";
import type { SignedMessage } from "../sigv4/signed-message.ts";
import { authenticateForm, type FormAuthentication } from "./authenticate-form.ts";
import { checkPolicy } from "./check-policy.ts";
import type { SizeRange } from "./file-stream.ts";
import { expandFileName, type FormFields } from "./form-fields.ts";
import { toFormHeaders } from "./form-headers.ts";
import { parseBoundary } from "./parse-boundary.ts";
import { requireField } from "./parse-form-claim.ts";
import { parsePolicy } from "./parse-policy.ts";
import { createPostObject } from "./post-object.ts";
import { type PostForm, readForm } from "./read-form.ts";

/** A form that is believed, as the request of an operation whose body is the file. */
export interface ReceivedForm extends Pick<FormAuthentication, "caller" | "signature"> {
  request: S3Request;
  operation: S3Operation;
  /** Leave what was not read of the body to somebody else. */
  release: () => void;
}

/** A POST to a bucket with no subresource, unless its signature is outside its body. */
export function isFormUpload(message: SignedMessage, { bucket, key }: Address): boolean {
  const isToBucket = message.method === "POST" && bucket !== "" && key === "";
  const isSigned = message.headers.has("authorization") || isPresigned(message);
  return isToBucket && !isSigned && message.queryParameters.every(([name]) => /^x-/i.test(name));
}

/**
 * Read a form up to its file and check all that can be checked by then.
 *
 * @throws {S3Error}
 */
export async function receiveForm(
  received: { signed: SignedMessage; address: Address; host: string; body: RequestBody },
  options: { identities: Identities; region: string; now: Date },
): Promise<ReceivedForm> {
  const { signed, address, host } = received;
  const form = await readForm(received.body, parseBoundary(signed.headers.get("content-type")));
  try {
    const fields = expandFileName(form.fields, form.fileName);
    const key = parseKey(fields);
    const { caller, signature, policy } = authenticateForm(fields, options);
    const range =
      policy === undefined ? ANY_SIZE : checkPolicy(parsePolicy(policy), { ...options, ...address, fields });
    const request: S3Request = {
      bucket: address.bucket,
      key,
      method: signed.method,
      host,
      rawPath: signed.rawPath,
      query: new Map(),
      headers: toFormHeaders(fields),
      payload: { kind: "unsigned" },
      body: toFileBody(form, range),
    };
    return { caller, signature, request, operation: createPostObject(fields), release: form.release };
  } catch (error) {
    form.release();
    throw error;
  }
}

const ANY_SIZE: SizeRange = { minBytes: 0, maxBytes: MAX_SINGLE_PUT_BYTES };

/** @throws {S3Error} `InvalidArgument`, `KeyTooLongError` */
function parseKey(fields: FormFields): string {
  const key = requireField(fields, "key");
  checkKeyLength(key);
  if (key !== "") return key;
  throw new S3Error("InvalidArgument", {
    message: "User key must have a length greater than 0.",
    details: { ArgumentName: "key", ArgumentValue: "" },
  });
}

function toFileBody(form: PostForm, { minBytes, maxBytes }: SizeRange): RequestBody {
  const range = { minBytes, maxBytes: Math.min(maxBytes, ANY_SIZE.maxBytes) };
  return {
    // Unlike a PUT, a form may come without Content-Length: then all that is known is the bound.
    declaredBytes: form.expectedBytes ?? range.maxBytes,
    isPresent: true,
    open: () => form.openFile(range),
    isOpen: () => true,
    trailers: () => new Map(),
  };
}
