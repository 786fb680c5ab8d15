import { describe, expect, it } from "vitest";
import { ACCOUNT, ANONYMOUS } from "../../identity/caller.ts";
import { createIdentities } from "../../identity/create-identities.ts";
import { signForm, type SignedForm } from "../../testing/post-form.ts";
import { S3Error } from "../s3-error.ts";
import { authenticateForm } from "./authenticate-form.ts";
import { toFormFields } from "./form-fields.ts";

// Of the documentation's example, with its policy in base64 and the signature that it gives:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
const EXAMPLE_KEYS = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const EXAMPLE_FIELDS = {
  "X-Amz-Credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request",
  "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
  "X-Amz-Date": "20151229T000000Z",
  Policy:
    "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9",
  "X-Amz-Signature": "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e",
};
const DAY_MS = 24 * 60 * 60 * 1000;
const SIGNED_AT = new Date("2015-12-29T00:00:00Z");
const LATER = new Date("2015-12-29T12:00:00Z");

const identities = createIdentities({ credentials: EXAMPLE_KEYS, sessionKey: Buffer.alloc(32) });

function authenticate(sent: Record<string, string>, now = LATER) {
  const fields = toFormFields(Object.entries(sent).map(([name, value]) => ({ name, value })));
  return authenticateForm(fields, { identities, region: "us-east-1", now });
}

/** The refusal, or nothing. */
function refusal(sent: Record<string, string>, now = LATER): S3Error | undefined {
  try {
    authenticate(sent, now);
    return undefined;
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
}

const without = (name: keyof typeof EXAMPLE_FIELDS): Record<string, string> => {
  const { [name]: _, ...rest } = EXAMPLE_FIELDS;
  return rest;
};

describe("a signed form", () => {
  it("is believed: the documentation's own", () => {
    expect(authenticate({ key: "user/user1/${filename}", ...EXAMPLE_FIELDS })).toEqual({
      caller: ACCOUNT,
      signature: { form: "post", signedAt: SIGNED_AT },
      policy: EXAMPLE_FIELDS.Policy,
    });
  });

  it("is refused when any character of its signature or policy is another one", () => {
    for (const name of ["X-Amz-Signature", "Policy"] as const) {
      const sent = EXAMPLE_FIELDS[name];
      for (let index = 0; index < sent.length; index += 1) {
        const changed = `${sent.slice(0, index)}${sent[index] === "0" ? "1" : "0"}${sent.slice(index + 1)}`;
        const code = refusal({ ...EXAMPLE_FIELDS, [name]: changed })?.code;
        expect([index, code]).toEqual([index, "SignatureDoesNotMatch"]);
      }
      for (const other of [sent.slice(0, -2), `${sent}0`]) {
        expect(refusal({ ...EXAMPLE_FIELDS, [name]: other })?.code).toBe("SignatureDoesNotMatch");
      }
    }
  });

  it("is told what was signed when its signature is another one, and the log is not", () => {
    const signature = "0".repeat(64);
    const error = refusal({ ...EXAMPLE_FIELDS, "X-Amz-Signature": signature });
    expect(error?.details).toEqual({
      AWSAccessKeyId: EXAMPLE_KEYS.accessKeyId,
      StringToSign: EXAMPLE_FIELDS.Policy,
      SignatureProvided: signature,
      StringToSignBytes: expect.stringMatching(/^65 79 41 69 /),
    });
    expect(error?.logNote).toBe("the secret key or the policy");
  });

  it.each(["X-Amz-Signature", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date"] as const)(
    "needs %s, once it has another of these fields",
    (name) => {
      expect(refusal(without(name))).toMatchObject({
        code: "InvalidArgument",
        message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
        details: { ArgumentName: name, ArgumentValue: "" },
      });
    },
  );

  it("needs its policy, but a policy alone is nobody's", () => {
    expect(refusal(without("Policy"))?.details).toMatchObject({ ArgumentName: "policy" });
    const anonymous = { caller: ANONYMOUS, signature: undefined, policy: undefined };
    expect(authenticate({ key: "k", policy: EXAMPLE_FIELDS.Policy })).toEqual(anonymous);
    expect(authenticate({ key: "k" })).toEqual(anonymous);
  });

  it.each([
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA1", 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"'],
    ["X-Amz-Date", "2015-12-29", "X-Amz-Date must be formated via ISO8601 Long format"],
    [
      "X-Amz-Credential",
      "AKIA",
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    ],
    [
      "X-Amz-Credential",
      "/20151229/us-east-1/s3/aws4_request",
      "a non-empty Access Key (AKID) must be provided in the credential.",
    ],
    [
      "X-Amz-Credential",
      "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/execute-api/aws4_request",
      'incorrect service "execute-api". This endpoint belongs to "s3".',
    ],
  ])("has another %s: %s", (name, value, message) => {
    expect(refusal({ ...EXAMPLE_FIELDS, [name]: value })).toMatchObject({
      code: "InvalidArgument",
      message,
      details: { ArgumentName: name, ArgumentValue: value },
    });
  });

  it("is told the right region", () => {
    const credential = "AKIAIOSFODNN7EXAMPLE/20151229/eu-west-1/s3/aws4_request";
    expect(refusal({ ...EXAMPLE_FIELDS, "X-Amz-Credential": credential })).toMatchObject({
      message: "the region 'eu-west-1' is wrong; expecting 'us-east-1'",
      details: { ArgumentName: "X-Amz-Credential", ArgumentValue: credential, Region: "us-east-1" },
    });
  });

  it("is refused from a key that is not known, and with Signature Version 2", () => {
    const credential = "AKIAOTHER/20151229/us-east-1/s3/aws4_request";
    expect(refusal({ ...EXAMPLE_FIELDS, "X-Amz-Credential": credential })?.code).toBe("InvalidAccessKeyId");
    expect(refusal({ awsAccessKeyId: "AKIA", policy: "e30=", signature: "x" })?.code).toBe("InvalidRequest");
  });

  it("is good for a week from its date", () => {
    const at = (offsetMs: number) =>
      refusal(EXAMPLE_FIELDS, new Date(SIGNED_AT.getTime() + offsetMs))?.message;
    expect([at(7 * DAY_MS), at(-15 * 60_000)]).toEqual([undefined, undefined]);
    expect(at(7 * DAY_MS + 1)).toBe("Request has expired");
    expect(at(-15 * 60_000 - 1)).toBe("Request is not yet valid");
  });

  it("needs the token of a session, as long as that lasts", () => {
    const { credentials } = identities.issueSession({ durationSeconds: 900, now: LATER });
    const sign = (options: Partial<SignedForm> = {}) =>
      signForm(
        { region: "us-east-1", bucket: "b", credentials },
        { fields: {}, conditions: [], signedAt: LATER, ...options },
      );
    const { "x-amz-security-token": token = "", ...tokenless } = sign();
    expect(authenticate(sign()).caller).toMatchObject({ kind: "account" });
    expect(refusal(tokenless)?.code).toBe("InvalidAccessKeyId");
    expect(refusal({ ...tokenless, "x-amz-security-token": `AA${token.slice(2)}` })?.code).toBe(
      "InvalidToken",
    );
    expect(refusal({ ...EXAMPLE_FIELDS, "x-amz-security-token": token })?.code).toBe("InvalidToken");
    expect(refusal(sign(), new Date(LATER.getTime() + 901_000))?.code).toBe("ExpiredToken");
  });
});
