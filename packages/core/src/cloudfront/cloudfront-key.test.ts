import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  ec,
  expiresAt,
  isVerified,
  keyPairId,
  pkcs8,
  refused,
  rsa,
  rsaKey,
  url,
} from "../testing/cloudfront-keys.ts";
import { importCloudFrontKey, newestCloudFrontKey } from "./cloudfront-key.ts";
import { policyText } from "./cloudfront-policy.ts";
import { signCloudFrontUrl } from "./sign-cloudfront-url.ts";

describe("several active keys", () => {
  const day = (number: number) => new Date(Date.UTC(2026, 10, number));

  it("sign by turns: the newest that is active, while the signatures of all stay good", async () => {
    const pairs = [
      { id: "K1", ...rsa, activeFrom: day(1) },
      { id: "K3", ...ec, activeFrom: day(20) },
      { id: "K2", ...rsa, activeFrom: day(10) },
    ];
    const keys = await Promise.all(
      pairs.map(({ id, privateKey, activeFrom }) =>
        importCloudFrontKey({ keyPairId: id, privateKeyPem: privateKey, hash: "SHA-256", activeFrom }),
      ),
    );
    const signers: string[] = [];
    for (let now = 1; now <= 28; now++) {
      const key = newestCloudFrontKey(keys, day(now));
      const { searchParams } = new URL(await signCloudFrontUrl({ url, key, policy: { expiresAt } }));
      const signer = pairs.find(({ id }) => id === searchParams.get("Key-Pair-Id")) ?? expect.fail();
      const signature = searchParams.get("Signature") ?? "";
      const text = policyText({ resource: url, expiresAt });
      expect(isVerified({ text, signature, publicKey: signer.publicKey, hash: "SHA-256" })).toBe(true);
      signers.push(signer.id);
    }
    expect(signers).toEqual([
      ...Array.from({ length: 9 }, () => "K1"),
      ...Array.from({ length: 10 }, () => "K2"),
      ...Array.from({ length: 9 }, () => "K3"),
    ]);
  });

  it("are none before the first begins, and a key that names no beginning has always signed", async () => {
    const key = await rsaKey("SHA-1");
    expect(newestCloudFrontKey([key], day(1))).toBe(key);
    const later = { ...key, activeFrom: day(2) };
    expect(newestCloudFrontKey([later, key], day(1))).toBe(key);
    expect(newestCloudFrontKey([later, key], day(2))).toBe(later);
    expect(() => newestCloudFrontKey([later], day(1))).toThrow(
      expect.objectContaining({ code: "ROUTE_UNAVAILABLE", message: "No CloudFront key is active." }),
    );
  });
});

describe("importCloudFrontKey", () => {
  it("says what to do with a key in another form, and names no part of it", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    await expect(importCloudFrontKey({ keyPairId, privateKeyPem: privateKey })).rejects.toMatchObject({
      ...refused,
      message: "The CloudFront key is no PKCS#8 PEM: convert it with `openssl pkcs8 -topk8 -nocrypt`.",
    });
  });

  it("refuses a key that CloudFront does not take", async () => {
    const refusals = [
      [generateKeyPairSync("ed25519").privateKey.export(pkcs8), "neither RSA nor ECDSA"],
      [
        generateKeyPairSync("ec", { namedCurve: "secp384r1" }).privateKey.export(pkcs8),
        "neither RSA nor ECDSA",
      ],
      [generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(pkcs8), "2,048 bits"],
    ] as const;
    for (const [pem, message] of refusals)
      await expect(importCloudFrontKey({ keyPairId, privateKeyPem: String(pem) })).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining(message) as string,
      });
  });
});
