import { describe, expect, it } from "vitest";
import { ACCOUNT, ANONYMOUS } from "../../identity/caller.ts";
import { createIdentities } from "../../identity/create-identities.ts";
import type { Credentials } from "../../identity/credentials.ts";
import { signWithAws4 } from "../../testing/s3-under-test.ts";
import { toHeaderMap } from "../request-headers.ts";
import { parseRequestTarget } from "../request-target.ts";
import { S3Error } from "../s3-error.ts";
import { type Authentication, authenticate } from "./authenticate.ts";
import { toCanonicalRequest, toStringToSign } from "./canonical-request.ts";
import type { SignedMessage } from "./signed-message.ts";

/** Amazon's example: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const identities = createIdentities({
  credentials,
  sessionKey: Buffer.alloc(32),
  roles: [{ name: "reader", policies: [] }],
});
const region = "us-east-1";
const HOST = "examplebucket.s3.amazonaws.com";
const DATE = "20130524T000000Z";
const SIGNED_AT = Date.parse("2013-05-24T00:00:00Z");
const PRESIGNED =
  "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

type Headers = Record<string, string | number>;

function toMessage(path: string, options: { method?: string; headers?: Headers } = {}): SignedMessage {
  const headers: Headers = { Host: HOST, ...options.headers };
  return {
    method: options.method ?? "GET",
    ...parseRequestTarget(path),
    headers: toHeaderMap(Object.entries(headers).flatMap(([name, value]) => [name, String(value)])),
  };
}

function signed(
  path: string,
  options: { method?: string; headers?: Headers; signQuery?: boolean; credentials?: Credentials } = {},
): { path: string; headers: Headers } {
  const date = options.signQuery
    ? { path: `${path}${path.includes("?") ? "&" : "?"}X-Amz-Date=${DATE}` }
    : { path, headers: { "X-Amz-Date": DATE, ...options.headers } };
  return signWithAws4(
    { endpoint: `http://${HOST}`, region, credentials: options.credentials ?? credentials },
    { method: "GET", ...options, ...date },
  );
}

function check(message: SignedMessage, options: { secondsLater?: number } = {}): Authentication {
  const now = new Date(SIGNED_AT + (options.secondsLater ?? 0) * 1000);
  return authenticate(message, { identities, region, now });
}

function refusal(...parameters: Parameters<typeof check>): S3Error {
  try {
    check(...parameters);
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
  throw new Error("the request was believed");
}

describe("a presigned request", () => {
  it("is believed when it is Amazon's published example", () => {
    expect(check(toMessage(PRESIGNED))).toEqual({
      caller: ACCOUNT,
      signature: { form: "query", signedAt: new Date(SIGNED_AT) },
      payload: { kind: "unsigned" },
    });
    const canonicalRequest = toCanonicalRequest(toMessage(PRESIGNED), {
      signedHeaders: ["host"],
      payloadHash: "UNSIGNED-PAYLOAD",
    });
    const scope = { date: "20130524", region, service: "s3", terminal: "aws4_request" };
    expect(toStringToSign({ amzDate: DATE, scope, canonicalRequest })).toContain(
      "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04",
    );
  });

  it("is refused when any octet of it was changed", () => {
    expect(refusal(toMessage(PRESIGNED.replace("/test.txt", "/test.txs"))).code).toBe(
      "SignatureDoesNotMatch",
    );
    expect(refusal(toMessage(`${PRESIGNED}&versionId=1`)).code).toBe("SignatureDoesNotMatch");
    expect(refusal(toMessage(PRESIGNED.replace("=86400", "=86401"))).code).toBe("SignatureDoesNotMatch");
    expect(refusal(toMessage(PRESIGNED.replace(/4$/, "5"))).code).toBe("SignatureDoesNotMatch");
    expect(refusal(toMessage(PRESIGNED, { headers: { Host: "other.s3.amazonaws.com" } })).code).toBe(
      "SignatureDoesNotMatch",
    );
  });

  it("is told what was signed and what differed", () => {
    const error = refusal(toMessage(PRESIGNED, { method: "HEAD" }));
    expect(error.details["CanonicalRequest"]).toMatch(/^HEAD\n\/test.txt\nX-Amz-Algorithm=/);
    expect(error.details["StringToSign"]).toMatch(/^AWS4-HMAC-SHA256\n20130524T000000Z\n/);
    expect(error.details["StringToSignBytes"]).toMatch(/^41 57 53 34 2d /);
    expect(error.logNote).toBe("signed for GET, sent as HEAD");
    expect(JSON.stringify(error)).not.toContain(credentials.secretAccessKey);
  });

  it("lives from 15 minutes before its date to its expiry", () => {
    check(toMessage(PRESIGNED), { secondsLater: 86_400 });
    check(toMessage(PRESIGNED), { secondsLater: -900 });
    expect(refusal(toMessage(PRESIGNED), { secondsLater: 86_401 })).toMatchObject({
      code: "AccessDenied",
      message: "Request has expired",
      details: {
        Expires: "2013-05-25T00:00:00Z",
        ServerTime: "2013-05-25T00:00:01Z",
        "X-Amz-Expires": "86400",
      },
    });
    expect(refusal(toMessage(PRESIGNED), { secondsLater: -901 })).toMatchObject({
      code: "AccessDenied",
      message: "Request is not yet valid",
    });
  });

  it.each(["0", "-1", "604801", "abc", ""])("may not ask for an expiry of %j seconds", (expires) => {
    const error = refusal(toMessage(PRESIGNED.replace("=86400", `=${expires}`)));
    expect(error.code).toBe("AuthorizationQueryParametersError");
  });

  it("may ask for seven days", () => {
    const { path } = signed("/k?X-Amz-Expires=604800", { signQuery: true });
    expect(check(toMessage(path), { secondsLater: 604_800 }).signature?.form).toBe("query");
  });

  it.each([
    ["X-Amz-Algorithm=AWS4-HMAC-SHA256&", ""],
    ["us-east-1", "eu-west-1"],
    ["%2Fs3%2F", "%2Fec2%2F"],
    ["aws4_request", "aws3_request"],
    ["AKIAIOSFODNN7EXAMPLE%2F20130524", "AKIAIOSFODNN7EXAMPLE%2F20130525"],
    ["AKIAIOSFODNN7EXAMPLE%2F", ""],
    ["Date=20130524T000000Z", "Date=2013-05-24"],
    ["AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"],
    ["X-Amz-Expires=86400&", "X-Amz-Expires=86400&X-Amz-Expires=86400&"],
  ])("is refused by its parameters when %s becomes %j", (from, to) => {
    expect(refusal(toMessage(PRESIGNED.replace(from, to))).code).toBe("AuthorizationQueryParametersError");
  });

  it("must sign every x-amz header and the content-md5 that is sent, and nothing else", () => {
    for (const name of ["x-amz-meta-a", "x-amz-acl", "content-md5"]) {
      expect(refusal(toMessage(PRESIGNED, { headers: { [name]: "v" } }))).toMatchObject({
        code: "AccessDenied",
        details: { HeadersNotSigned: name },
      });
    }
    check(toMessage(PRESIGNED, { headers: { accept: "*/*", range: "bytes=0-1", "content-type": "a/b" } }));
  });

  it("takes an unsigned payload hash only when it changes nothing", () => {
    check(toMessage(PRESIGNED, { headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }));
    const other = { "x-amz-content-sha256": "0".repeat(64) };
    expect(refusal(toMessage(PRESIGNED, { headers: other })).code).toBe("SignatureDoesNotMatch");
  });

  it("must be sent with the headers it signs", () => {
    const { path } = signed("/k", { method: "PUT", signQuery: true, headers: { "content-length": 5 } });
    expect(path).toContain("content-length");
    check(toMessage(path, { method: "PUT", headers: { "content-length": 5 } }));
    expect(refusal(toMessage(path, { method: "PUT" })).logNote).toBe(
      "signed header not sent: content-length",
    );
    expect(refusal(toMessage(path, { method: "PUT", headers: { "content-length": 6 } })).code).toBe(
      "SignatureDoesNotMatch",
    );
  });
});

describe("a request with an Authorization header", () => {
  it.each(["/", "/a/b", "/a%20b", "/a//b", "/a/../b", "/%ED%95%9C?x=%2F&a=b+c&A=a", "/a%2Bb", "/'()*!~"])(
    "is believed for the path %s",
    (path) => {
      const request = signed(path, { headers: { "x-amz-meta-name": "a   b" } });
      expect(check(toMessage(path, { headers: request.headers })).signature?.form).toBe("header");
    },
  );

  it("is refused beyond 15 minutes on either side", () => {
    const message = toMessage("/k", { headers: signed("/k").headers });
    check(message, { secondsLater: 900 });
    for (const secondsLater of [901, -901]) {
      expect(refusal(message, { secondsLater })).toMatchObject({
        code: "RequestTimeTooSkewed",
        details: { RequestTime: DATE, MaxAllowedSkewMilliseconds: "900000" },
      });
    }
  });

  it("is refused by its header when that is malformed", () => {
    const { headers } = signed("/k");
    const change = (from: string, to: string): S3Error =>
      refusal(
        toMessage("/k", {
          headers: { ...headers, Authorization: String(headers["Authorization"]).replace(from, to) },
        }),
      );
    expect(change("us-east-1", "eu-west-1")).toMatchObject({
      code: "AuthorizationHeaderMalformed",
      message:
        "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
      details: { Region: "us-east-1" },
    });
    expect(change("/s3/", "/sts/").code).toBe("AuthorizationHeaderMalformed");
    expect(change("SignedHeaders=", "Signed=").code).toBe("AuthorizationHeaderMalformed");
    expect(change("Credential=", "Cred=").code).toBe("AuthorizationHeaderMalformed");
    expect(change("AWS4-HMAC-SHA256 ", "AWS ").code).toBe("InvalidRequest");
    expect(change("AWS4-HMAC-SHA256 ", "Bearer ").code).toBe("InvalidArgument");
    expect(change("AKIAIOSFODNN7EXAMPLE", "AKIAOTHER").code).toBe("InvalidAccessKeyId");
  });

  it("must sign the host, every x-amz header, a date and a payload hash", () => {
    const { headers } = signed("/k");
    const unsigned = refusal(toMessage("/k", { headers: { ...headers, "x-amz-acl": "private" } }));
    expect(unsigned).toMatchObject({ code: "AccessDenied", details: { HeadersNotSigned: "x-amz-acl" } });
    const { "X-Amz-Date": _date, ...undated } = headers;
    expect(refusal(toMessage("/k", { headers: undated })).message).toContain("valid Date");
    const { "X-Amz-Content-Sha256": _hash, ...unhashed } = headers;
    expect(refusal(toMessage("/k", { headers: unhashed })).code).toBe("InvalidRequest");
    const chunked = { ...headers, "X-Amz-Content-Sha256": "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" };
    expect(refusal(toMessage("/k", { headers: chunked })).code).toBe("NotImplemented");
  });

  it("may not be presigned as well", () => {
    const { headers } = signed("/k");
    expect(refusal(toMessage(PRESIGNED, { headers })).code).toBe("InvalidArgument");
  });
});

describe("a request without a signature", () => {
  it("is nobody's, and its body is as good as its header says", () => {
    const payloadOf = (headers: Headers): unknown => check(toMessage("/k", { headers })).payload;
    expect(check(toMessage("/k"))).toEqual({
      caller: ANONYMOUS,
      signature: undefined,
      payload: { kind: "unsigned" },
    });
    const hex = "0".repeat(64);
    expect(payloadOf({ "x-amz-content-sha256": hex })).toEqual({ kind: "sha256", hex });
    expect(payloadOf({ "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER" })).toEqual({
      kind: "chunked",
      mayHaveTrailer: true,
    });
    const signedChunks = { "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" };
    expect(refusal(toMessage("/k", { headers: signedChunks })).code).toBe("NotImplemented");
  });
});

describe("the credentials of a session", () => {
  const [role] = identities.roles.values();
  if (role === undefined) throw new Error("no role");
  const issue = (): Required<Credentials> =>
    identities.issueSession({
      role: {
        role,
        sessionName: "s1",
        sessionPolicy: undefined,
        tags: [],
        transitiveTagKeys: [],
        sourceIdentity: undefined,
      },
      durationSeconds: 900,
      now: new Date(SIGNED_AT),
    }).credentials;
  const session = issue();
  const inHeader = (used: Credentials): SignedMessage =>
    toMessage("/k", { headers: signed("/k", { credentials: used }).headers });
  const inQuery = (used: Credentials): SignedMessage =>
    toMessage(signed("/k", { credentials: used, signQuery: true }).path);

  it.each([inHeader, inQuery])("are believed with their token: %o", (sign) => {
    expect(check(sign(session)).caller).toMatchObject({
      kind: "role-session",
      sessionArn: "arn:aws:sts::000000000000:assumed-role/reader/s1",
    });
  });

  it.each([inHeader, inQuery])("are no credentials without it, or with another's: %o", (sign) => {
    const { sessionToken: _token, ...bare } = session;
    expect(refusal(sign(bare)).code).toBe("InvalidAccessKeyId");
    expect(refusal(sign({ ...session, sessionToken: issue().sessionToken })).code).toBe("InvalidAccessKeyId");
    expect(refusal(sign({ ...session, accessKeyId: issue().accessKeyId })).code).toBe("InvalidAccessKeyId");
    expect(refusal(sign({ ...session, sessionToken: "nonsense" }))).toMatchObject({
      code: "InvalidToken",
      status: 400,
    });
    expect(refusal(sign({ ...credentials, sessionToken: session.sessionToken })).code).toBe("InvalidToken");
  });

  it.each([inHeader, inQuery])("expire, and say so also to those who sign wrong: %o", (sign) => {
    check(sign(session), { secondsLater: 899 });
    const wrong = { ...session, secretAccessKey: "wrong" };
    for (const used of [session, wrong]) {
      expect(refusal(sign(used), { secondsLater: 900 })).toMatchObject({
        code: "ExpiredToken",
        status: 400,
        message: "The provided token has expired.",
      });
    }
    expect(refusal(sign(wrong)).code).toBe("SignatureDoesNotMatch");
  });

  it("end a presigned URL before its time, which ends it as well", () => {
    const { path } = signed("/k?X-Amz-Expires=600", { credentials: session, signQuery: true });
    check(toMessage(path), { secondsLater: 600 });
    expect(refusal(toMessage(path), { secondsLater: 601 }).message).toBe("Request has expired");
    expect(refusal(inQuery(session), { secondsLater: 900 }).code).toBe("ExpiredToken");
    expect(refusal(toMessage(path), { secondsLater: 900 }).message).toBe("Request has expired");
  });

  it("come with the token of a signed header, if a presigned URL has one in both places", () => {
    const other = issue();
    const { path, headers } = signed("/k", {
      credentials: { ...session, sessionToken: other.sessionToken },
      signQuery: true,
      headers: { "x-amz-security-token": session.sessionToken },
    });
    expect(check(toMessage(path, { headers })).caller).toMatchObject({ sessionName: "s1" });
    const { path: bare } = signed("/k", { credentials: session, signQuery: true });
    const unsigned = toMessage(bare, { headers: { "x-amz-security-token": other.sessionToken } });
    expect(refusal(unsigned).details["HeadersNotSigned"]).toBe("x-amz-security-token");
  });

  it("are told in no message and in no line of the log", () => {
    for (const secondsLater of [0, 900]) {
      const error = refusal(inHeader({ ...session, secretAccessKey: "wrong" }), { secondsLater });
      expect(JSON.stringify([error.message, error.logNote])).not.toContain(session.sessionToken);
      expect(JSON.stringify(error)).not.toContain(session.secretAccessKey);
    }
  });
});

describe("credentials", () => {
  it("with a usual mistake are told which", () => {
    const noteFor = (signedPath: string, sentPath: string, host = HOST): string | undefined => {
      const { headers } = signed(signedPath);
      return refusal(toMessage(sentPath, { headers: { ...headers, Host: host } })).logNote;
    };
    expect(noteFor("/b", "/a/../b")).toBe("the path was normalised (. and .. removed) before signing");
    expect(noteFor("/a%2520b", "/a%20b")).toBe("the path was encoded twice before signing");
    expect(noteFor("/a", "/a", `${HOST}:4320`)).toBe("the host was signed without its port");
  });

  it("of another secret are told apart without a word about either", () => {
    const { headers } = signed("/k", { credentials: { ...credentials, secretAccessKey: "other" } });
    expect(refusal(toMessage("/k", { headers })).logNote).toBe(
      "the secret key, or the value of something signed",
    );
  });
});
