import { getSignedUrl } from "@aws-sdk/cloudfront-signer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uriEncodeKey } from "../sigv4/uri-encode.ts";
import {
  ec,
  ecKey,
  expiresAt,
  fromCloudFrontBase64,
  hashes,
  isVerified,
  refused,
  rsaKey,
  sdkOptions,
  startsAt,
  url,
} from "../testing/cloudfront-keys.ts";
import { policyText } from "./cloudfront-policy.ts";
import { signCloudFrontUrl } from "./sign-cloudfront-url.ts";

describe.each(hashes)("signCloudFrontUrl with RSA and %s", (hash) => {
  it("signs the SDK's URL for a canned policy, whatever the key", async () => {
    const key = await rsaKey(hash);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), async (name) => {
        // The SDK leaves these as they are in a path; we send what S3's own signatures want.
        fc.pre(!/[!'()*]/.test(name));
        const target = `https://d111111abcdef8.cloudfront.net/${uriEncodeKey(`a/${name.replaceAll("/", "_")}`)}`;
        const expected = getSignedUrl({ ...sdkOptions(hash), url: target, dateLessThan: expiresAt });
        expect(await signCloudFrontUrl({ url: target, key, policy: { expiresAt } })).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("signs the SDK's URL for a custom policy", async () => {
    const ipRange = "192.0.2.0/24";
    const expected = getSignedUrl({
      ...sdkOptions(hash),
      url,
      dateLessThan: expiresAt,
      dateGreaterThan: startsAt,
      ipAddress: ipRange,
    });
    const policy = { expiresAt, startsAt, ipRange };
    expect(await signCloudFrontUrl({ url, key: await rsaKey(hash), policy })).toBe(expected);
  });
});

describe.each(hashes)("signCloudFrontUrl with ECDSA and %s", (hash) => {
  it("makes signatures that OpenSSL verifies, however short their numbers are", async () => {
    const key = await ecKey(hash);
    for (let round = 0; round < 300; round++) {
      const signed = await signCloudFrontUrl({ url: `${url}&n=${round}`, key, policy: { expiresAt } });
      const signature = new URL(signed).searchParams.get("Signature") ?? "";
      const text = policyText({ resource: `${url}&n=${round}`, expiresAt });
      expect(isVerified({ text, signature, publicKey: ec.publicKey, hash })).toBe(true);
    }
  });
});

describe("signCloudFrontUrl", () => {
  it("sends a policy whose resource is a pattern", async () => {
    const resource = "https://d111111abcdef8.cloudfront.net/files/*";
    const signed = await signCloudFrontUrl({
      url,
      key: await rsaKey("SHA-256"),
      policy: { resource, expiresAt },
    });
    const policy = fromCloudFrontBase64(new URL(signed).searchParams.get("Policy") ?? "").toString();
    expect(policy).toBe(
      `{"Statement":[{"Resource":"${resource}","Condition":{"DateLessThan":{"AWS:EpochTime":1796083200}}}]}`,
    );
    expect(signed).not.toContain("Expires=");
  });

  it.each(["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"])(
    "refuses a URL with %s in it",
    async (name) => {
      const key = await rsaKey("SHA-1");
      await expect(
        signCloudFrontUrl({ url: `${url}&${name}=1`, key, policy: { expiresAt } }),
      ).rejects.toMatchObject({
        ...refused,
        message: `A URL with a parameter ${name} cannot be signed: CloudFront uses that name.`,
      });
    },
  );

  it("keeps the URL's own parameters, and none of them makes a pattern of it", async () => {
    const key = await rsaKey("SHA-256");
    const own = "https://d111111abcdef8.cloudfront.net/a.jpg?name=*&policy=1";
    const signed = await signCloudFrontUrl({ url: own, key, policy: { expiresAt } }); // canned: this URL alone
    expect(signed.startsWith(`${own}&Expires=1796083200&`)).toBe(true);
    const custom = { expiresAt, startsAt };
    for (const policy of [custom, { expiresAt, ipRange: "192.0.2.0/24" }])
      await expect(signCloudFrontUrl({ url: own, key, policy })).rejects.toMatchObject({
        ...refused,
        message: "CloudFront reads * as a pattern: write %2A in the URL.",
      });
    const resource = "https://d111111abcdef8.cloudfront.net/*"; // a pattern that was asked for
    expect(await signCloudFrontUrl({ url: own, key, policy: { ...custom, resource } })).toContain("&Policy=");
  });
});
