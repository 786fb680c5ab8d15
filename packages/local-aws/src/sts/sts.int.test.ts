import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetSessionTokenCommand } from "@aws-sdk/client-sts";
import aws4 from "aws4";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loadOrCreateSessionKey } from "../credentials-file.ts";
import { ACCOUNT_ID, ROOT_ARN } from "../identity/account.ts";
import { toSessionArn } from "../identity/caller.ts";
import type { Credentials } from "../identity/credentials.ts";
import { toRoleArn } from "../identity/role.ts";
import { createServiceCredentials } from "../identity/service-credentials.ts";
import { allow, assumeRole } from "../testing/assume-role.ts";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { createClient } from "../testing/s3-under-test.ts";
import { sendRequest, xmlValue } from "../testing/send-request.ts";
import { callSts, identify, outcomeOf, sendSts, withSts } from "./testing/send-sts.ts";
import { TRUSTING_ROLES } from "./testing/trusting-roles.ts";

let s3: StandIn;
let now: Date | undefined;

beforeAll(async () => {
  s3 = await openStandIn({ clock: () => now ?? new Date(), roles: TRUSTING_ROLES });
});
afterAll(() => s3.close());
beforeEach(() => {
  now = undefined;
  s3.lines.length = 0;
});

describe("GetCallerIdentity", () => {
  it("names the account and its sessions", async () => {
    expect(await identify(s3, s3.credentials)).toMatchObject({
      Account: ACCOUNT_ID,
      Arn: ROOT_ARN,
      UserId: ACCOUNT_ID,
    });
    const { credentials } = await assumeRole(s3, { RoleArn: toRoleArn("plain"), RoleSessionName: "me@home" });
    expect(await identify(s3, credentials)).toMatchObject({
      Account: ACCOUNT_ID,
      Arn: toSessionArn("plain", "me@home"),
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:me@home$/),
    });
  });

  it("can be presigned, and then lives 15 minutes, whatever it says", async () => {
    const query = "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60";
    expect((await sendSts(s3, query, { signQuery: true })).text).toContain(`<Arn>${ROOT_ARN}</Arn>`);
    now = new Date(Date.now() + 899_000);
    expect((await sendSts(s3, query, { signQuery: true })).status).toBe(200);
    now = new Date(Date.now() + 902_000);
    const [status, code, message] = outcomeOf(await sendSts(s3, query, { signQuery: true }));
    expect([status, code]).toEqual([403, "SignatureDoesNotMatch"]);
    expect(message).toMatch(/^Signature expired: \d{8}T\d{6}Z is now earlier than \S+ \(\S+ - 15 min\.\)$/);
  });

  it("answers with the XML and the headers of the query protocol", async () => {
    const { headers, text } = await callSts(s3, "GetCallerIdentity");
    const requestId = headers["x-amzn-requestid"];
    expect(headers["content-type"]).toBe("text/xml");
    expect(requestId).toMatch(/^[\da-f-]{36}$/);
    expect(text).toBe(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${ROOT_ARN}</Arn><UserId>${ACCOUNT_ID}</UserId><Account>${ACCOUNT_ID}</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>${String(requestId)}</RequestId></ResponseMetadata></GetCallerIdentityResponse>\n`,
    );
  });
});

describe("GetSessionToken", () => {
  const get = (credentials: Credentials, DurationSeconds?: number) =>
    withSts(s3, credentials, (client) => client.send(new GetSessionTokenCommand({ DurationSeconds })));

  it("gives the account a session of an hour at most, which is the account", async () => {
    const { Credentials: given } = await get(s3.credentials, 43_200);
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "", Expiration } = given ?? {};
    const credentials = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    };
    expect(((Expiration?.getTime() ?? 0) - Date.now()) / 1000).toBeCloseTo(3600, -2);
    expect((await identify(s3, credentials)).Arn).toBe(ROOT_ARN);
    const client = createClient({ ...s3, credentials });
    await client.send(new ListBucketsCommand({}));
    client.destroy();
    await expect(get(credentials)).rejects.toMatchObject({
      name: "AccessDenied",
      message: "Cannot call GetSessionToken with session credentials",
    });
  });
});

describe("a call to STS", () => {
  it("needs a signature", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const body = "Action=GetCallerIdentity&Version=2011-06-15";
    const send = (extra: Record<string, string>) =>
      sendRequest({
        endpoint: s3.endpoint,
        method: "POST",
        path: "/",
        headers: { ...headers, ...extra },
        body,
      });
    expect(outcomeOf(await send({}))).toEqual([
      403,
      "MissingAuthenticationToken",
      "Request is missing Authentication Token",
    ]);
    expect(outcomeOf(await send({ authorization: "AWS4-HMAC-SHA256 Credential=a/b/c" })).slice(0, 2)).toEqual(
      [400, "IncompleteSignature"],
    );
    expect(outcomeOf(await send({ authorization: "Bearer x" })).slice(0, 2)).toEqual([
      400,
      "IncompleteSignature",
    ]);
  });

  it("is none for a service of Amazon's, whose keys are good for S3 alone", async () => {
    const credentials = createServiceCredentials({
      sessionKey: await loadOrCreateSessionKey(s3.dataDir),
      service: "cloudfront.amazonaws.com",
      sourceArn: "arn:aws:cloudfront::000000000000:distribution/E",
    })(new Date());
    await expect(identify(s3, credentials)).rejects.toThrow(
      "security token included in the request is invalid",
    );
  });

  it("must be signed for this service, this region, with a known key and its own token", async () => {
    const { credentials } = await assumeRole(s3, { RoleArn: toRoleArn("plain") });
    const { credentials: other } = await assumeRole(s3, { RoleArn: toRoleArn("plain") });
    const { sessionToken: _token, ...bare } = credentials;
    const region = "Credential should be scoped to a valid region. ";
    const service = "Credential should be scoped to correct service: 'sts'. ";
    const invalid = "The security token included in the request is invalid.";
    const result = async (options: object) =>
      outcomeOf(await callSts(s3, "GetCallerIdentity", {}, options)).slice(1);
    expect(await result({ region: "eu-west-1" })).toEqual(["SignatureDoesNotMatch", region]);
    expect(await result({ service: "s3" })).toEqual(["SignatureDoesNotMatch", service]);
    expect(await result({ service: "s3", region: "eu-west-1" })).toEqual([
      "SignatureDoesNotMatch",
      `${region}${service}`,
    ]);
    for (const unknown of [
      { ...s3.credentials, accessKeyId: "AKIAOTHER" },
      { ...s3.credentials, sessionToken: credentials.sessionToken },
      { ...bare, sessionToken: other.sessionToken },
      { ...bare, sessionToken: "nonsense" },
      bare,
    ]) {
      expect(await result({ credentials: unknown })).toEqual(["InvalidClientTokenId", invalid]);
    }
    const [code, message] = await result({ credentials: { ...credentials, secretAccessKey: "wrong" } });
    expect([code, message]).toEqual([
      "SignatureDoesNotMatch",
      expect.stringContaining("signature we calculated"),
    ]);
  });

  it("must sign its body, its host and every x-amz header", async () => {
    const { path, headers } = aws4.sign(
      {
        host: new URL(s3.endpoint).host,
        service: "sts",
        region: s3.region,
        method: "POST",
        path: "/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "Action=GetCallerIdentity&Version=2011-06-15",
      },
      s3.credentials,
    );
    const send = (extra: Record<string, string>, body: string) =>
      sendRequest({
        endpoint: s3.endpoint,
        method: "POST",
        path,
        headers: { ...headers, "Content-Length": body.length, ...extra },
        body,
      });
    const signed = "Action=GetCallerIdentity&Version=2011-06-15";
    expect((await send({}, signed)).status).toBe(200);
    expect(outcomeOf(await send({}, `${signed}&x=y`))[1]).toBe("SignatureDoesNotMatch");
    expect(outcomeOf(await send({ "x-amz-extra": "1" }, signed))).toEqual([
      403,
      "SignatureDoesNotMatch",
      "'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization.",
    ]);
  });

  it("must be about now", async () => {
    now = new Date(Date.now() - 16 * 60_000);
    const [status, code, message] = outcomeOf(await callSts(s3, "GetCallerIdentity"));
    expect([status, code]).toEqual([403, "SignatureDoesNotMatch"]);
    expect(message).toMatch(/^Signature not yet current: \S+ is still later than \S+ \(\S+ \+ 15 min\.\)$/);
  });

  it("must be of an action and a version that STS has", async () => {
    const invalid = (name: string, version: string) => [
      400,
      "InvalidAction",
      `Could not find operation ${name} for version ${version}`,
    ];
    expect(outcomeOf(await callSts(s3, "NoSuchAction"))).toEqual(invalid("NoSuchAction", "2011-06-15"));
    expect(outcomeOf(await sendSts(s3, "Action=GetCallerIdentity"))).toEqual(
      invalid("GetCallerIdentity", "NO_VERSION_SPECIFIED"),
    );
    expect(outcomeOf(await sendSts(s3, "Action=GetCallerIdentity&Version=2000-01-01"))).toEqual(
      invalid("GetCallerIdentity", "2000-01-01"),
    );
    expect(outcomeOf(await callSts(s3, "AssumeRoleWithWebIdentity")).slice(0, 2)).toEqual([
      501,
      "NotImplemented",
    ]);
    expect(await sendSts(s3, "Version=2011-06-15")).toMatchObject({
      status: 302,
      headers: { location: "https://aws.amazon.com/iam" },
    });
  });

  it("is refused when it is longer than any call can be", async () => {
    const [status, code] = outcomeOf(await sendSts(s3, "x".repeat(300 * 1024)));
    expect([status, code]).toEqual([413, "RequestEntityTooLarge"]);
  });

  it("leaves one line in the log when it is refused, without a secret", async () => {
    const { credentials } = await assumeRole(s3, { RoleArn: toRoleArn("plain") });
    await callSts(s3, "GetCallerIdentity", {}, { credentials: { ...credentials, secretAccessKey: "wrong" } });
    expect(s3.lines).toEqual([
      "403 SignatureDoesNotMatch sts:GetCallerIdentity: the secret key, or the value of something signed",
    ]);
  });

  it("gets an answer in STS's form, whatever is in it", async () => {
    const name = fc.oneof(
      fc.constantFrom(
        "RoleArn",
        "RoleSessionName",
        "Policy",
        "DurationSeconds",
        "ExternalId",
        "SourceIdentity",
      ),
      fc.constantFrom(
        "Tags.member.1.Key",
        "Tags.member.1.Value",
        "Tags.member.x",
        "TransitiveTagKeys.member.1",
      ),
      fc.string(),
    );
    const value = fc.oneof(
      fc.constantFrom(toRoleArn("plain"), "s1", allow("s3:*", "*"), "900", "Team", "%", "\u0000"),
      fc.string({ unit: "grapheme" }),
      fc.json(),
    );
    const action = fc.constantFrom("AssumeRole", "GetCallerIdentity", "GetSessionToken", "", "\n<&>");
    await fc.assert(
      fc.asyncProperty(
        action,
        fc.array(fc.tuple(name, value), { maxLength: 6 }),
        async (asked, parameters) => {
          const { status, text, headers } = await sendSts(s3, [
            ["Action", asked],
            ["Version", "2011-06-15"],
            ["RoleArn", toRoleArn("plain")],
            ...parameters,
          ]);
          expect(status).not.toBe(500);
          expect(headers["content-type"]).toBe("text/xml");
          expect(text).toMatch(/^<\w+ xmlns="http/);
          expect(xmlValue(text, "RequestId")).toBe(headers["x-amzn-requestid"]);
        },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
        const { status } = await sendSts(s3, `Action=AssumeRole&${text}`);
        expect([302, 400, 403]).toContain(status);
      }),
    );
  });
});

describe("the port that S3 shares", () => {
  it("keeps to S3 what is not a form for no bucket", async () => {
    const send = (path: string, headers: Record<string, string>) =>
      sendRequest({ endpoint: s3.endpoint, method: "POST", path, headers, body: "Action=GetCallerIdentity" });
    const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    expect((await send("/", form)).headers["x-amzn-requestid"]).toBeDefined();
    for (const [path, headers] of [
      ["/", {}],
      ["/", { "content-type": "application/xml" }],
      ["/test-bucket", form],
      ["/", { ...form, host: "test-bucket.localhost" }],
    ] as const) {
      expect((await send(path, { ...headers })).headers["x-amz-request-id"]).toBeDefined();
    }
  });
});
