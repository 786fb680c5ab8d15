import { ACL_HEADERS, checkAclBody, checkAclHeaders, hasAclHeaders } from "../../access-control-lists.ts";
import { readProtectedBody } from "../../body/read-body.ts";
import type { S3Call, S3Operation, S3Response } from "../../operation.ts";
import { requireBucket, requireObject, versionAddressOf } from "../../require-found.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const putBucketAcl: S3Operation = {
  name: "PutBucketAcl",
  actions: () => ["s3:PutBucketAcl"],
  headers: ACL_HEADERS,
  takesBody: true,
  async run(call) {
    requireBucket(call.store, call.request);
    return changeNothing(call);
  },
};

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export const putObjectAcl: S3Operation = {
  name: "PutObjectAcl",
  actions: ({ query }) => [query.has("versionId") ? "s3:PutObjectVersionAcl" : "s3:PutObjectAcl"],
  parameters: ["versionId"],
  headers: ACL_HEADERS,
  takesBody: true,
  async run(call) {
    requireObject(call, versionAddressOf(call.request));
    return changeNothing(call);
  },
};

/** The only ACL that may be set is the one that is set already. */
async function changeNothing({ request }: S3Call): Promise<S3Response> {
  const body = await readProtectedBody({ ...request, maxBytes: MAX_BODY_BYTES });
  checkAclHeaders(request.headers);
  if (!hasAclHeaders(request.headers) || body.length > 0) checkAclBody(body);
  return { status: 200 };
}
