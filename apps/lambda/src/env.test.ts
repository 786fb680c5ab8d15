import { describe, expect, it } from "vitest";
import { limitsOf } from "./limit-env.ts";
import { parseEnv } from "./env.ts";

const key = Buffer.alloc(32, 1).toString("base64");

describe("parseEnv", () => {
  it("names every problem at once, and no value", () => {
    const secret = "c2hvcnQtc2VjcmV0";
    const failing = () => parseEnv({ WAYBILL_S3_ENDPOINT: "nowhere", WAYBILL_TOKEN_KEYS: `k:${secret}` });
    expect(failing).toThrow(/WAYBILL_S3_BUCKET[\s\S]*WAYBILL_S3_ENDPOINT[\s\S]*WAYBILL_TOKEN_KEYS/);
    expect(failing).not.toThrow(new RegExp(secret));
  });

  it("believes no provider without HTTPS that is not on this machine, and none for any audience", () => {
    const env = (issuer: string, audience?: string) => () =>
      parseEnv({
        WAYBILL_S3_BUCKET: "bucket",
        WAYBILL_TOKEN_KEYS: `k:${key}`,
        WAYBILL_OIDC_ISSUER: issuer,
        WAYBILL_OIDC_AUDIENCE: audience,
      });
    for (const issuer of ["http://issuer.example", "http://127.0.0.1.example", "ftp://127.0.0.1", "issuer"]) {
      expect(env(issuer, "a")).toThrow("WAYBILL_OIDC_ISSUER");
    }
    for (const issuer of ["https://issuer.example/pool", "http://127.0.0.1:4340"]) {
      expect(env(issuer, "a, b")()).toMatchObject({ WAYBILL_OIDC_AUDIENCE: ["a", "b"] });
      expect(env(issuer)).toThrow("WAYBILL_OIDC_AUDIENCE: is needed");
    }
  });

  it("limits generously, as it is told, or not at all", () => {
    const env = (limits: Record<string, string>) =>
      parseEnv({ WAYBILL_S3_BUCKET: "bucket", WAYBILL_TOKEN_KEYS: `k:${key}`, ...limits });
    expect(limitsOf(env({}))).toEqual({
      openUploads: 1000,
      bytesPerDay: 10 * 1024 ** 4,
      requestsPerMinute: 60_000,
    });
    const limits = { WAYBILL_LIMIT_OPEN_UPLOADS: "3", WAYBILL_LIMIT_BYTES_PER_DAY: "none" };
    expect(limitsOf(env(limits))).toMatchObject({ openUploads: 3, bytesPerDay: undefined });
    for (const wrong of ["", "0", "-1", "1.5", "many", "1e99"])
      expect(() => env({ WAYBILL_LIMIT_OPEN_UPLOADS: wrong })).toThrow(
        "WAYBILL_LIMIT_OPEN_UPLOADS: is neither",
      );
  });

  it("streams downloads only beside the door that takes uploads", () => {
    const env = (variables: Record<string, string>) => () =>
      parseEnv({ WAYBILL_S3_BUCKET: "bucket", WAYBILL_TOKEN_KEYS: `k:${key}`, ...variables });
    const stream = { WAYBILL_LAMBDA_STREAM_URL: "https://stream.example", WAYBILL_DOOR_KEYS: `d:${key}` };
    expect(env(stream)).toThrow("WAYBILL_LAMBDA_URL: is needed with WAYBILL_LAMBDA_STREAM_URL");
    expect(env({ ...stream, WAYBILL_LAMBDA_URL: "https://api.example" })()).toMatchObject({
      WAYBILL_LAMBDA_STREAM_URL: "https://stream.example",
    });
  });

  it("takes several token keys, the signing one first", () => {
    const env = parseEnv({ WAYBILL_S3_BUCKET: "bucket", WAYBILL_TOKEN_KEYS: `new:${key},old:${key}` });
    expect(env.WAYBILL_TOKEN_KEYS.map(({ kid }) => kid)).toEqual(["new", "old"]);
    expect(env).toMatchObject({
      AWS_REGION: "us-east-1",
      WAYBILL_S3_FORCE_PATH_STYLE: false,
      WAYBILL_S3_INTEGRITY: "crc64nvme",
    });
  });

  it("gives cookies only where browsers would send them", () => {
    const env = (url: string | undefined, domain: string) => () =>
      parseEnv({
        WAYBILL_S3_BUCKET: "bucket",
        WAYBILL_TOKEN_KEYS: `k:${key}`,
        ...(url === undefined
          ? {}
          : {
              WAYBILL_DOOR_KEYS: `d:${key}`,
              WAYBILL_CLOUDFRONT_URL: url,
              WAYBILL_CLOUDFRONT_KEYS: `c:${key}`,
            }),
        WAYBILL_COOKIE_DOMAIN: domain,
      });
    for (const url of ["https://files.example.com", "https://example.com/"])
      expect(env(url, "example.com")()).toMatchObject({ WAYBILL_COOKIE_SAMESITE: "Lax" });
    const refused: [string | undefined, string][] = [
      [undefined, "example.com"],
      ["https://d111111abcdef8.cloudfront.net", "example.com"],
      ["https://d111111abcdef8.cloudfront.net", "cloudfront.net"],
      ["https://d111111abcdef8.cloudfront.net", "d111111abcdef8.cloudfront.net"],
      ["https://badexample.com", "example.com"],
      ["https://files.example.com", "example.com; Path=/"],
    ];
    for (const [url, domain] of refused) expect(env(url, domain)).toThrow("WAYBILL_COOKIE_DOMAIN");
  });
});
