import { CollectionAction } from "@waybill/core";
import { sessionPolicy } from "@waybill/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayDo, roleIn, type RoleInTemplate } from "./testing/roles.ts";
import { ACCOUNT, REGION, synthesized } from "./testing/synthesized.ts";

const { resources } = synthesized("prod");
const one = (type: string, id: RegExp) => {
  const found = resources.find((resource) => resource.type === type && id.test(resource.id));
  if (found === undefined) throw new Error(`There is no ${String(id)}.`);
  return found.id.toLowerCase();
};
const bucket = (id: RegExp) => {
  const name = one("AWS::S3::Bucket", id);
  const policy = resources.find(
    ({ type, properties }) => type === "AWS::S3::BucketPolicy" && properties["Bucket"] === name,
  );
  return {
    arn: `arn:aws:s3:::${name}`,
    policy: policy?.properties["PolicyDocument"] as Parameters<typeof mayDo>[2],
  };
};
const files = bucket(/^Files/);
const page = bucket(/^Page/);

const SIGNING = roleIn(resources, /^SigningRole/);
const VENDING = roleIn(resources, /^VendingRole/);
const API = roleIn(resources, /^ApiRole/);
const EVENTS = roleIn(resources, /^WorkerEventsRole/);
const REST = roleIn(resources, /^RestDoorExecutionRole/);
const AUTHORIZER = roleIn(resources, /^RestDoorAuthorizerRole/);
const STREAM = roleIn(resources, /^StreamDoorRole/);
const EDGE = roleIn(resources, /^EdgeRole/);
const SWEEP = roleIn(resources, /^WorkerSweepRole/);

/** Every action of S3 that a request could come to, and some of other services. */
const ON_OBJECTS = [
  "s3:PutObject",
  "s3:GetObject",
  "s3:DeleteObject",
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
  "s3:PutObjectAcl",
  "s3:GetObjectAcl",
  "s3:GetObjectVersion",
  "s3:DeleteObjectVersion",
  "s3:PutObjectTagging",
  "s3:GetObjectTagging",
  "s3:PutObjectRetention",
  "s3:PutObjectLegalHold",
  "s3:BypassGovernanceRetention",
  "s3:RestoreObject",
];
const ON_BUCKETS = [
  "s3:ListBucket",
  "s3:ListBucketMultipartUploads",
  "s3:ListBucketVersions",
  "s3:GetBucketPolicy",
  "s3:PutBucketPolicy",
  "s3:DeleteBucket",
  "s3:PutBucketCORS",
  "s3:GetLifecycleConfiguration",
  "s3:GetBucketVersioning",
  "s3:PutLifecycleConfiguration",
  "s3:PutBucketVersioning",
  "s3:PutBucketNotification",
  "s3:PutBucketPublicAccessBlock",
];
const KEYS_OF_OTHERS = [
  "/waybill/dev/token-keys",
  "/waybill/prod/other-keys",
  "/waybill/prod/token-keys-2",
  "/other",
];
const OTHERWISE = [
  ...["iam:PassRole", "iam:CreateRole", "iam:PutRolePolicy", "sts:AssumeRole"].map((action) => ({
    action,
    resource: `arn:aws:iam::${ACCOUNT}:role/other`,
  })),
  ...KEYS_OF_OTHERS.map((name) => ({
    action: "ssm:GetParameters",
    resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter${name}`,
  })),
  {
    action: "ssm:PutParameter",
    resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/waybill/prod/token-keys`,
  },
  { action: "lambda:UpdateFunctionCode", resource: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:api` },
  { action: "logs:DeleteLogGroup", resource: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:apilog:*` },
];

const keyName = fc.string({ minLength: 1, maxLength: 12 });

/** Anything that somebody could try with a role. */
const attempts = fc.oneof(
  fc.record({
    action: fc.constantFrom(...ON_OBJECTS),
    resource: fc
      .tuple(fc.constantFrom(files.arn, page.arn, "arn:aws:s3:::other", `${files.arn}-2`), keyName)
      .map(([arn, key]) => `${arn}/${key}`),
  }),
  fc.record({
    action: fc.constantFrom(...ON_BUCKETS),
    resource: fc.constantFrom(files.arn, page.arn, "arn:aws:s3:::other"),
  }),
  fc.constantFrom(...OTHERWISE),
);

/** Where a role may do something else than is expected of it. */
async function surprises(
  role: RoleInTemplate,
  allowed: { objects: readonly string[]; bucket: readonly string[] },
): Promise<string[]> {
  const isSurprise = async ({ action, resource }: { action: string; resource: string }) => {
    const expected = resource.startsWith(`${files.arn}/`)
      ? allowed.objects.includes(action)
      : resource === files.arn && allowed.bucket.includes(action);
    const { policy } = resource.startsWith(page.arn) ? page : files;
    const answer = await mayDo(role, { action, resource }, action.startsWith("s3:") ? policy : undefined);
    return answer !== expected;
  };
  await fc.assert(
    fc.asyncProperty(attempts, async (attempt) => !(await isSurprise(attempt))),
    { numRuns: 150 },
  );
  const all = [
    ...ON_OBJECTS.map((action) => ({ action, resource: `${files.arn}/files/u1/a` })),
    ...ON_BUCKETS.map((action) => ({ action, resource: files.arn })),
    ...OTHERWISE,
  ];
  const found = await Promise.all(all.map(async (attempt) => ((await isSurprise(attempt)) ? [attempt] : [])));
  return found.flat().map(({ action, resource }) => `${action} on ${resource}`);
}

const UPLOADING = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];

describe("the role of", () => {
  it("signing may do what a grant can say, and neither delete nor list", async () => {
    expect(await surprises(SIGNING, { objects: [...UPLOADING, "s3:GetObject"], bucket: [] })).toEqual([]);
  });

  it("vending may do what a session can be given", async () => {
    expect(
      await surprises(VENDING, {
        objects: [...UPLOADING, "s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl"],
        bucket: ["s3:ListBucket"],
      }),
    ).toEqual([]);
  });

  it("the API may do what it does to the objects of the bucket, and change no setting of it", async () => {
    expect(
      await surprises(API, {
        objects: [...UPLOADING, "s3:GetObject", "s3:DeleteObject"],
        bucket: [
          "s3:ListBucket",
          "s3:ListBucketMultipartUploads",
          "s3:GetLifecycleConfiguration",
          "s3:GetBucketVersioning",
        ],
      }),
    ).toEqual([]);
  });

  it("the API, and nobody else, may become the two others, for an hour at most", async () => {
    for (const role of [SIGNING, VENDING]) {
      expect(await mayDo(API, { action: "sts:AssumeRole", resource: role.arn }, role.trust)).toBe(true);
      expect(role.trust.Statement).toEqual([
        { Action: "sts:AssumeRole", Effect: "Allow", Principal: { AWS: API.arn } },
      ]);
      expect(role.maxSessionSeconds).toBe(3600);
    }
    for (const role of [SIGNING, VENDING, STREAM]) {
      for (const other of [SIGNING, VENDING, API]) {
        expect(await mayDo(role, { action: "sts:AssumeRole", resource: other.arn })).toBe(false);
      }
    }
  });

  it("the REST API stores and fetches objects of the bucket, and lists and deletes none", async () => {
    expect(await surprises(REST, { objects: ["s3:PutObject", "s3:GetObject"], bucket: [] })).toEqual([]);
    expect(REST.trust.Statement).toEqual([
      { Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" } },
    ]);
  });

  it("its authorizer may only say yes or no", async () => {
    expect(await surprises(AUTHORIZER, { objects: [], bucket: [] })).toEqual([]);
  });

  it("the door that streams fetches objects of the bucket, and stores, lists and deletes none", async () => {
    expect(await surprises(STREAM, { objects: ["s3:GetObject"], bucket: [] })).toEqual([]);
    expect(STREAM.trust.Statement).toEqual([
      { Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" } },
    ]);
  });

  it("none that acts for somebody else reaches what the API keeps for itself", async () => {
    const resource = `${files.arn}/.waybill/shares/x`;
    for (const action of ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]) {
      const answers = [API, SIGNING, VENDING, REST, STREAM].map((role) =>
        mayDo(role, { action, resource }, files.policy),
      );
      expect(await Promise.all(answers)).toEqual([true, false, false, false, false]);
    }
    const denied = files.policy?.Statement.filter(
      ({ Effect, Principal }) => Effect === "Deny" && JSON.stringify(Principal).includes("cloudfront"),
    );
    expect(denied?.map(({ Resource }) => Resource)).toEqual([`${files.arn}/.waybill/*`]);
  });

  it("the function at the edge may do nothing, not even write a log", async () => {
    expect(await surprises(EDGE, { objects: [], bucket: [] })).toEqual([]);
    expect({ own: EDGE.policies, managed: EDGE.managed }).toEqual({ own: [], managed: [] });
  });

  it("none of them has a policy that somebody else changes", () => {
    for (const { managed } of [API, SIGNING, VENDING, REST, STREAM, AUTHORIZER, EVENTS, SWEEP, EDGE])
      expect(managed).toEqual([]);
  });

  it("the worker may touch neither files nor the page", async () => {
    for (const role of [EVENTS, SWEEP])
      expect(await surprises(role, { objects: [], bucket: [] })).toEqual([]);
  });

  it("the worker's two functions may have messages or the secret, and none may have both", async () => {
    const queue = one("AWS::SQS::Queue", /^EventsQueue/);
    const failed = one("AWS::SQS::Queue", /^EventsFailed/);
    const receive = { action: "sqs:ReceiveMessage", resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}` };
    const drop = { action: "sqs:DeleteMessage", resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:${failed}` };
    const resource = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/waybill/prod/worker-client-secret`;
    const secret = { action: "ssm:GetParameters", resource };
    const answers = [EVENTS, SWEEP].map((role) =>
      Promise.all([receive, drop, secret].map((asked) => mayDo(role, asked))),
    );
    expect(await Promise.all(answers)).toEqual([
      [true, false, false],
      [false, false, true],
    ]);
  });

  it("every function may write its own log, and no other's", async () => {
    for (const [role, own] of [
      [API, /^ApiLog/],
      [STREAM, /^StreamDoorFunctionLog/],
      [AUTHORIZER, /^RestDoorAuthorizerLog/],
      [EVENTS, /^WorkerEventsLog/],
      [SWEEP, /^WorkerSweepLog/],
    ] as const) {
      const logs = resources.filter(({ type }) => type === "AWS::Logs::LogGroup");
      for (const { id } of logs) {
        const resource = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id.toLowerCase()}:log-stream:s`;
        expect(await mayDo(role, { action: "logs:PutLogEvents", resource })).toBe(own.test(id));
      }
    }
  });

  it("the API, and nobody else here, reads its keys", async () => {
    for (const name of ["token", "door", "cloudfront"]) {
      const resource = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/waybill/prod/${name}-keys`;
      const asked = { action: "ssm:GetParameters", resource };
      expect(await mayDo(API, asked)).toBe(true);
      for (const role of [SIGNING, VENDING, REST, STREAM, AUTHORIZER, EVENTS, SWEEP, EDGE])
        expect(await mayDo(role, asked)).toBe(false);
    }
  });
});

describe("a session that is given away", () => {
  const prefixes = fc.constantFrom("files/u1/", "drive/u1/", "drive/u10/");

  it("may do what its policy says, all of it and no more, on its prefix", async () => {
    const actions = fc.subarray([...CollectionAction.options], { minLength: 1 });
    const needs: Record<string, string> = {
      "s3:PutObject": "create",
      "s3:AbortMultipartUpload": "create",
      "s3:ListMultipartUploadParts": "create",
      "s3:GetObject": "read",
      "s3:DeleteObject": "delete",
    };
    await fc.assert(
      fc.asyncProperty(
        prefixes,
        prefixes,
        actions,
        fc.constantFrom(...ON_OBJECTS),
        keyName,
        async (prefix, asked, granted, tried, key) => {
          const policy = sessionPolicy({ bucketArn: files.arn, prefix, actions: granted, overwrite: true });
          const resource = `${files.arn}/${asked}${key}`;
          const needed = needs[tried];
          const allowed =
            needed !== undefined && granted.some((action) => action === needed) && asked === prefix;
          expect(
            await mayDo(
              VENDING,
              { action: tried, resource, sessionPolicy: JSON.parse(policy) as object },
              files.policy,
            ),
          ).toBe(allowed);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("may list its prefix", async () => {
    const policy = sessionPolicy({
      bucketArn: files.arn,
      prefix: "drive/u1/",
      actions: ["list"],
      overwrite: true,
    });
    for (const [prefix, allowed] of [
      ["drive/u1/", true],
      ["drive/", false],
      ["drive/u10/", false],
    ] as const) {
      const asked = { action: "s3:ListBucket", resource: files.arn, context: { "s3:prefix": prefix } };
      expect(
        await mayDo(VENDING, { ...asked, sessionPolicy: JSON.parse(policy) as object }, files.policy),
      ).toBe(allowed);
    }
  });
});

describe("the bucket's policy refuses, whoever asks,", () => {
  const get = (context: Record<string, string>) =>
    mayDo(API, { action: "s3:GetObject", resource: `${files.arn}/files/u1/a`, context }, files.policy);

  it("what does not come by TLS 1.2 or newer", async () => {
    expect(await get({ "s3:TlsVersion": "1.3" })).toBe(true);
    expect(await get({ "s3:TlsVersion": "1.1" })).toBe(false);
    expect(await get({ "aws:SecureTransport": "false" })).toBe(false);
  });

  it("signatures of more than seven days", async () => {
    expect(await get({ "s3:signatureAge": "604800000" })).toBe(true);
    expect(await get({ "s3:signatureAge": "604800001" })).toBe(false);
  });
});
