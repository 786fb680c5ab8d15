import { ACCOUNT_ID } from "../../identity/account.ts";
import type { Caller } from "../../identity/caller.ts";
import {
  type ConditionValues,
  globalConditionValues,
  toRequestContext,
} from "../../identity/condition-values.ts";
import { findConditionKey } from "../../policy/condition-keys.ts";
import type { RequestContext } from "../../policy/policy-document.ts";
import { ALGORITHM } from "../sigv4/canonical-request.ts";
import type { RequestSignature } from "../sigv4/request-signature.ts";
import type { Tag } from "../tagging/tag.ts";

/** What policies may ask of a request, apart from whose it is. */
export interface RequestFacts {
  /** In Amazon's names: `UploadPart`. */
  operation: string;
  query: ReadonlyMap<string, string>;
  /** With those that a presigned URL carries in its query. */
  headers: ReadonlyMap<string, string>;
  /** Only those that were sent as such. */
  sentHeaders: ReadonlyMap<string, string>;
  /** Absent for an anonymous request. */
  signature: RequestSignature | undefined;
  sourceIp: string | undefined;
  region: string;
  now: Date;
}

/**
 * The condition keys of a request with their values, as far as the action supports them.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_s3.html
 *
 * @param options.action - `s3:PutObject`
 * @param options.versionId - of the object that the action is about, if one was named
 * @param options.requestTags - that the object is to get
 * @param options.existingTags - that it has
 */
export function toS3Context(
  facts: RequestFacts,
  options: {
    action: string;
    caller: Caller;
    versionId: string | undefined;
    requestTags: readonly Tag[];
    existingTags: readonly Tag[];
  },
): RequestContext {
  const values: ConditionValues = {
    ...globalConditionValues({ ...facts, ...options }),
    ...signatureValues(facts),
    ...requestValues(facts),
    ...tagValues(options.requestTags, options.existingTags),
    "s3:ResourceAccount": ACCOUNT_ID,
    "s3:VersionId": options.versionId,
  };
  const action = options.action.slice("s3:".length);
  const supported = Object.entries(values).filter(([name]) => isSupported(name, action));
  return toRequestContext(Object.fromEntries(supported));
}

function isSupported(name: string, action: string): boolean {
  const key = findConditionKey(name);
  return key !== undefined && (key.s3Actions?.includes(action) ?? true);
}

function signatureValues({ signature, sentHeaders, now }: RequestFacts): ConditionValues {
  if (signature === undefined) return {};
  return {
    "s3:authType": AUTH_TYPES[signature.form],
    "s3:signatureAge": String(now.getTime() - signature.signedAt.getTime()), // in milliseconds
    "s3:signatureversion": ALGORITHM,
    // In a presigned URL's query it would not be seen.
    "s3:x-amz-content-sha256": sentHeaders.get("x-amz-content-sha256"),
  };
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html */
const AUTH_TYPES = {
  header: "REST-HEADER",
  query: "REST-QUERY-STRING",
  post: "POST",
} as const satisfies Record<RequestSignature["form"], string>;

function requestValues({ operation, query, headers }: RequestFacts): ConditionValues {
  const values: Record<string, string | undefined> = {
    "s3:delimiter": query.get("delimiter"),
    "s3:max-keys": query.get("max-keys"),
    "s3:prefix": query.get("prefix"),
    "s3:if-match": headers.get("if-match"),
    "s3:if-none-match": headers.get("if-none-match"),
    "s3:ObjectCreationOperation": String(CREATING_OPERATIONS.has(operation)),
  };
  for (const [name, value] of headers) {
    if (!name.startsWith("x-amz-") || name === "x-amz-content-sha256") continue;
    values[`s3:${name}`] = Buffer.from(value, "latin1").toString("utf8");
  }
  return values;
}

/**
 * An object is there only after these; CreateMultipartUpload and UploadPart need the same permission before.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
const CREATING_OPERATIONS: ReadonlySet<string> = new Set([
  "CompleteMultipartUpload",
  "CopyObject",
  "PutObject",
]);

function tagValues(requestTags: readonly Tag[], existingTags: readonly Tag[]): ConditionValues {
  return {
    ...Object.fromEntries(requestTags.map(({ key, value }) => [`s3:RequestObjectTag/${key}`, value])),
    ...Object.fromEntries(existingTags.map(({ key, value }) => [`s3:ExistingObjectTag/${key}`, value])),
    "s3:RequestObjectTagKeys": requestTags.length === 0 ? undefined : requestTags.map(({ key }) => key),
  };
}
