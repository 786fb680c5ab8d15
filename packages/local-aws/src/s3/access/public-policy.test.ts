import { describe, expect, it } from "vitest";
import { isPublicPolicy } from "./public-policy.ts";

const isPublic = (...statements: object[]): boolean =>
  isPublicPolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map((statement) => ({
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::b/*",
        ...statement,
      })),
    }),
  );

describe("a bucket policy", () => {
  it("is for the public when it allows something to everybody", () => {
    expect(isPublic({})).toBe(true);
    expect(isPublic({ Principal: { AWS: "*" } })).toBe(true);
    expect(isPublic({ Principal: { AWS: ["111122223333", "*"] } })).toBe(true);
    expect(isPublic({ Principal: { AWS: "111122223333" } })).toBe(false);
    expect(isPublic({ Principal: { Service: "cloudfront.amazonaws.com" } })).toBe(false);
    expect(isPublic({ Effect: "Deny" })).toBe(false);
    expect(isPublic({ Effect: "Deny" }, {})).toBe(true);
  });

  it.each([
    [{ IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }, false],
    [{ IpAddress: { "AWS:sourceip": ["10.0.0.0/8", "2001:db8::/32"] } }, false],
    [{ IpAddress: { "aws:SourceIp": "192.0.2.1" } }, false],
    [{ IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/1"] } }, true],
    [{ IpAddress: { "aws:SourceIp": "2001::/16" } }, true],
    [{ NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } }, true],
    [{ IpAddressIfExists: { "aws:SourceIp": "192.0.2.0/24" } }, true],
    [{ StringEquals: { "aws:SourceVpce": "vpce-1" } }, false],
    [{ StringLike: { "aws:SourceVpce": "vpce-*" } }, true],
    [{ StringEquals: { "aws:SourceVpce": "${aws:userid}" } }, true],
    [{ StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, true],
    [{ StringEqualsIfExists: { "aws:SourceVpce": "vpce-1" } }, true],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1" } }, false],
    [{ StringEquals: { "aws:PrincipalOrgID": "o-1" } }, false],
    [{ StringEquals: { "aws:Referer": "https://example.com/" } }, true],
    [{ StringEquals: { "aws:UserAgent": "x" }, IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }, false],
    [{ Bool: { "aws:SecureTransport": "true" } }, true],
  ])("under the condition %j is for the public: %j", (Condition, expected) => {
    expect(isPublic({ Condition })).toBe(expected);
  });
});
