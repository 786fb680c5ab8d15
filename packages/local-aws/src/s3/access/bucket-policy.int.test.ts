import { createHash } from "node:crypto";
import { GetBucketPolicyCommand, PutBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allow, assumeRole } from "../../testing/assume-role.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../../testing/s3-under-test.ts";
import { type ReceivedResponse, xmlValue } from "../../testing/send-request.ts";
import { withBucketPolicy } from "../../testing/use-bucket-policy.ts";

const Bucket = "test-bucket";
const BUCKET_ARN = `arn:aws:s3:::${Bucket}`;

let s3: StandIn;
let client: S3Client;

beforeAll(async () => {
  s3 = await openStandIn({ buckets: [{ name: Bucket }, { name: `${Bucket}-2` }] });
  client = createClient(s3);
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

const send = (method: string, subresource: string, body?: string, headers: Record<string, string> = {}) =>
  sendSigned(s3, {
    method,
    path: `/${Bucket}?${subresource}`,
    headers,
    ...(body === undefined ? {} : { body }),
  });

const outcome = ({ status, text }: ReceivedResponse) => [
  status,
  xmlValue(text, "Code"),
  xmlValue(text, "Message"),
];

const STATEMENT = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${BUCKET_ARN}/*` };
const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ ...STATEMENT, ...statement }] });

describe("PutBucketPolicy", () => {
  it.each([
    ["", "Policies must be valid JSON and the first byte must be '{'"],
    [`[${policy({})}]`, "Policies must be valid JSON and the first byte must be '{'"],
    ["{", "This policy contains invalid Json"],
    [policy({ Resource: `arn:aws:s3:::${Bucket}-2/*` }), "Policy has invalid resource"],
    [policy({ Resource: "*" }), "Policy has invalid resource"],
    [policy({ Resource: [`${BUCKET_ARN}/*`, "arn:aws:s3:::other/*"] }), "Policy has invalid resource"],
    [policy({ Action: "s3:NoSuchAction" }), "Policy has invalid action"],
    [policy({ Action: "s3:ListBucket" }), "Action does not apply to any resource(s) in statement"],
    [policy({ Principal: { AWS: "nobody" } }), "Invalid principal in policy"],
    [policy({ Principal: undefined }), "Missing required field Principal"],
    [
      policy({ Condition: { StringEquals: { "s3:unheard-of": "x" } } }),
      "Policy has an invalid condition key",
    ],
    [policy({ Sid: "x".repeat(21 * 1024) }), "Policy exceeds the maximum allowed document size."],
  ])("is MalformedPolicy for %.80s", async (body, message) => {
    expect(outcome(await send("PUT", "policy", body))).toEqual([400, "MalformedPolicy", message]);
  });

  it("is MaxMessageLengthExceeded for what nobody could mean", async () => {
    expect(outcome(await send("PUT", "policy", " ".repeat(1024 ** 2 + 1))).slice(0, 2)).toEqual([
      400,
      "MaxMessageLengthExceeded",
    ]);
  });

  it("takes 20 KB, and patterns that mean this bucket", async () => {
    const exact = policy({ Condition: { StringEquals: { "aws:UserAgent": "" } } });
    const filler = "x".repeat(20 * 1024 - exact.length);
    const full = exact.replace('"aws:UserAgent":""', `"aws:UserAgent":"${filler}"`);
    expect(Buffer.byteLength(full)).toBe(20 * 1024);
    expect((await send("PUT", "policy", full)).status).toBe(204);
    expect((await send("PUT", "policy", policy({ Resource: "arn:aws:s3:::test-*/k?y" }))).status).toBe(204);
    expect((await send("DELETE", "policy")).status).toBe(204);
    expect((await send("DELETE", "policy")).status).toBe(204); // there is nothing any more
  });

  it("needs a permission, which the policy itself can give and take", async () => {
    const { credentials } = await assumeRole(s3, { Policy: allow("s3:GetObject", `${BUCKET_ARN}/*`) });
    const session = createClient({ ...s3, credentials });
    const put = () => session.send(new PutBucketPolicyCommand({ Bucket, Policy: policy({}) }));
    await expect(put()).rejects.toMatchObject({ name: "AccessDenied" });
    const role = { AWS: s3.aws.roleArn("s3-access") };
    const { credentials: whole } = await assumeRole(s3);
    const other = createClient({ ...s3, credentials: whole });
    await withBucketPolicy(
      { client, Bucket },
      [{ Principal: role, Action: "s3:GetBucketPolicy" }],
      async () => {
        await expect(other.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
          name: "AccessDenied",
        });
      },
    );
    session.destroy();
    other.destroy();
  });
});

describe("GetBucketPolicy", () => {
  it("answers with the very text, as JSON", async () => {
    const odd = `{ "Version": "2012-10-17",\n "Statement": ${JSON.stringify([STATEMENT])} }`;
    await send("PUT", "policy", odd);
    const answer = await send("GET", "policy");
    expect([answer.text, answer.headers["content-type"]]).toEqual([odd, "application/json"]);
    await send("DELETE", "policy");
    expect(outcome(await send("GET", "policy"))).toEqual([
      404,
      "NoSuchBucketPolicy",
      "The bucket policy does not exist",
    ]);
    expect(outcome(await send("GET", "policyStatus")).slice(0, 2)).toEqual([404, "NoSuchBucketPolicy"]);
  });
});

describe("PutPublicAccessBlock", () => {
  const md5 = (body: string) => ({ "content-md5": createHash("md5").update(body).digest("base64") });
  const xml = (inner: string): string =>
    `<PublicAccessBlockConfiguration>${inner}</PublicAccessBlockConfiguration>`;

  it("keeps out policies for the public, in Amazon's words", async () => {
    const body = xml("<BlockPublicPolicy>TRUE</BlockPublicPolicy>");
    expect((await send("PUT", "publicAccessBlock", body, md5(body))).status).toBe(200);
    expect(outcome(await send("PUT", "policy", policy({})))).toEqual([
      403,
      "AccessDenied",
      `User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketPolicy on resource: &quot;${BUCKET_ARN}&quot; because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    ]);
    const narrow = { Condition: { IpAddress: { "aws:SourceIp": "127.0.0.0/8" } } };
    expect((await send("PUT", "policy", policy(narrow))).status).toBe(204);
    expect((await send("DELETE", "publicAccessBlock")).status).toBe(204);
    expect(outcome(await send("GET", "publicAccessBlock")).slice(0, 2)).toEqual([
      404,
      "NoSuchPublicAccessBlockConfiguration",
    ]);
  });

  it.each(["<BlockEverything>true</BlockEverything>", "<BlockPublicAcls>yes</BlockPublicAcls>"])(
    "is MalformedXML for %s",
    async (inner) => {
      const answer = await send("PUT", "publicAccessBlock", xml(inner), md5(xml(inner)));
      expect(outcome(answer).slice(0, 2)).toEqual([400, "MalformedXML"]);
    },
  );
});
