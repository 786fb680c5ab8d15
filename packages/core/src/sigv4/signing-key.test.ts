import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmacSha256 } from "./sha256/sha256.ts";
import { deriveSigningKey, type SigningScope } from "./signing-key.ts";

const scope = { date: "20150830", region: "us-east-1", service: "iam" };

function probe(
  secretAccessKey: string,
  of: SigningScope,
  credentials = { accessKeyId: "a", secretAccessKey },
) {
  return Buffer.from(hmacSha256(deriveSigningKey(credentials, of), "probe")).toString("hex");
}

function expected(secretAccessKey: string, of: SigningScope): string {
  const hmac = (key: Uint8Array, text: string) => createHmac("sha256", key).update(text).digest();
  const texts = [of.date, of.region, of.service, "aws4_request", "probe"];
  return texts.reduce(hmac, Buffer.from(`AWS4${secretAccessKey}`)).toString("hex");
}

describe("deriveSigningKey", () => {
  it("follows the specification, for secrets of any length", () => {
    const secrets = fc.string({ unit: "binary", maxLength: 100 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, region, service) => {
        const of = { date: "20261123", region, service };
        expect(probe(secret, of)).toBe(expected(secret, of));
      }),
    );
  });

  it("gives other credentials, and the same with another secret, date, region or service, their own", () => {
    const credentials = { accessKeyId: "a", secretAccessKey: "one" };
    const others = [
      { ...scope, date: "20150831" },
      { ...scope, region: "us-east-2" },
      { ...scope, service: "s3" },
    ];
    // One thing changes at a time, and back again.
    for (const of of others.flatMap((other) => [scope, other, scope]))
      expect(probe("one", of, credentials)).toBe(expected("one", of));
    expect(probe("two", scope)).toBe(expected("two", scope));
    credentials.secretAccessKey = "two";
    expect(probe("two", scope, credentials)).toBe(expected("two", scope));
  });

  it("derives it once for as long as nothing changes", () => {
    const credentials = { accessKeyId: "a", secretAccessKey: "one" };
    expect(deriveSigningKey(credentials, scope)).toBe(deriveSigningKey(credentials, { ...scope }));
  });
});
