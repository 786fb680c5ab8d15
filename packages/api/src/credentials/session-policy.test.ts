import { runSimulation } from "@cloud-copilot/iam-simulate"; // under the AGPL: for tests alone
import { CollectionAction, type WaybillError } from "@waybill/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collections } from "../collections/default-collections.ts";
import { ownPlace, prefixOf } from "../policy.ts";
import { sessionPolicy } from "./session-policy.ts";

const BUCKET_ARN = "arn:aws:s3:::waybill";
const ROLE_POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
};

/** Every request that a client could think of, and the action of ours that it is. */
const REQUESTS: { action: string; needs: CollectionAction | undefined; onBucket?: boolean }[] = [
  { action: "s3:PutObject", needs: "create" },
  { action: "s3:AbortMultipartUpload", needs: "create" },
  { action: "s3:ListMultipartUploadParts", needs: "create" },
  { action: "s3:GetObject", needs: "read" },
  { action: "s3:DeleteObject", needs: "delete" },
  { action: "s3:ListBucket", needs: "list", onBucket: true },
  { action: "s3:GetObjectAcl", needs: undefined },
  { action: "s3:PutObjectAcl", needs: undefined },
  { action: "s3:PutObjectTagging", needs: undefined },
  { action: "s3:DeleteObjectVersion", needs: undefined },
  { action: "s3:ListBucketVersions", needs: undefined, onBucket: true },
  { action: "s3:ListBucketMultipartUploads", needs: undefined, onBucket: true },
  { action: "s3:PutBucketPolicy", needs: undefined, onBucket: true },
  { action: "s3:DeleteBucket", needs: undefined, onBucket: true },
];

async function isAllowed(
  policy: string,
  request: { action: string; resource: string; context: Record<string, string> },
) {
  const result = await runSimulation(
    {
      request: {
        principal: "arn:aws:sts::111122223333:assumed-role/waybill-sessions/alice",
        action: request.action,
        resource: { resource: request.resource, accountId: "111122223333" },
        contextVariables: request.context,
      },
      identityPolicies: [{ name: "role", policy: ROLE_POLICY }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      sessionPolicy: JSON.parse(policy),
      resourcePolicy: undefined,
    },
    {},
  );
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed";
}

const names = fc.constantFrom(...Object.values(collections).map(({ name }) => name));
const ids = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
  fc.constantFrom("u1", "u10", "u", "*", "?", "${aws:userid}", "..", "a/b"),
);
const actions = fc.subarray([...CollectionAction.options], { minLength: 1 });

function policyFor(name: string, owner: string, granted: readonly CollectionAction[]) {
  const { collection } = ownPlace(collections, { id: owner, scopes: [] }, name);
  const prefix = prefixOf({ collection, owner });
  const { overwrite } = collection;
  return {
    prefix,
    overwrite,
    policy: sessionPolicy({ bucketArn: BUCKET_ARN, prefix, actions: granted, overwrite }),
  };
}

describe("the session policy of every collection", () => {
  it("allows exactly the actions that were granted, on exactly the owner's prefix, as another simulator reads it", async () => {
    await fc.assert(
      fc.asyncProperty(
        names,
        ids,
        ids,
        actions,
        fc.constantFrom(...REQUESTS),
        fc.string({ maxLength: 8 }),
        async (name, owner, other, granted, request, rest) => {
          const { policy, prefix } = policyFor(name, owner, granted);
          const { prefix: asked } = policyFor(name, other, granted);
          const isOwn = `${asked}${rest}`.startsWith(prefix);
          const { action, needs, onBucket = false } = request;
          const context = onBucket
            ? { "s3:prefix": asked + rest }
            : { "s3:if-none-match": "*", "s3:ObjectCreationOperation": "true" };
          const resource = onBucket ? BUCKET_ARN : `${BUCKET_ARN}/${asked}${rest}`;
          const expected = needs !== undefined && granted.includes(needs) && isOwn;
          expect(await isAllowed(policy, { action, resource, context })).toBe(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(Object.values(collections).map(({ name }) => name))(
    "lets nothing of %s be replaced that may not be",
    async (name) => {
      const { policy, prefix, overwrite } = policyFor(name, "u1", ["create"]);
      const put = (context: Record<string, string>) =>
        isAllowed(policy, { action: "s3:PutObject", resource: `${BUCKET_ARN}/${prefix}a`, context });
      expect(await put({ "s3:ObjectCreationOperation": "true" })).toBe(overwrite);
      expect(await put({ "s3:ObjectCreationOperation": "true", "s3:if-none-match": "*" })).toBe(true);
      expect(await put({})).toBe(overwrite); // a store that knows nothing of either
      expect(await put({ "s3:ObjectCreationOperation": "false" })).toBe(true); // CreateMultipartUpload, UploadPart
    },
  );

  it("lets an object be named private, or its bucket owner's, which it is, and nothing else", async () => {
    const { policy, prefix } = policyFor("drive", "u1", ["create"]);
    const resource = `${BUCKET_ARN}/${prefix}a`;
    for (const [acl, allowed] of Object.entries({
      private: true,
      "bucket-owner-full-control": true,
      "public-read": false,
      "bucket-owner-read": false,
    })) {
      const context = { "s3:x-amz-acl": acl };
      expect(await isAllowed(policy, { action: "s3:PutObjectAcl", resource, context })).toBe(allowed);
    }
  });

  it("lists no more than the prefix", async () => {
    const { policy, prefix } = policyFor("drive", "u1", ["list"]);
    for (const asked of ["", "drive/", "drive/u1", "drive/u10/"]) {
      expect(
        await isAllowed(policy, {
          action: "s3:ListBucket",
          resource: BUCKET_ARN,
          context: { "s3:prefix": asked },
        }),
      ).toBe(false);
    }
    expect(await isAllowed(policy, { action: "s3:ListBucket", resource: BUCKET_ARN, context: {} })).toBe(
      false,
    );
    expect(
      await isAllowed(policy, {
        action: "s3:ListBucket",
        resource: BUCKET_ARN,
        context: { "s3:prefix": prefix },
      }),
    ).toBe(true);
  });

  it("is refused with a sentence where STS would not take it", () => {
    const failing = () => policyFor("drive", "é".repeat(400), [...CollectionAction.options]);
    expect(failing).toThrow(expect.objectContaining({ code: "ROUTE_UNAVAILABLE" }) as WaybillError);
    expect(
      policyFor("files", "u".repeat(255), [...CollectionAction.options]).policy.length,
    ).toBeLessThanOrEqual(2048);
  });
});
