import { generateKeyPairSync, verify } from "node:crypto";
import { importCloudFrontKey, type CloudFrontHash } from "../cloudfront/cloudfront-key.ts";

export const pkcs8 = { type: "pkcs8", format: "pem" } as const;
const spki = { type: "spki", format: "pem" } as const;

/** Two key pairs as CloudFront takes them, in PEM. */
export const rsa = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: pkcs8,
  publicKeyEncoding: spki,
});
export const ec = generateKeyPairSync("ec", {
  namedCurve: "prime256v1",
  privateKeyEncoding: pkcs8,
  publicKeyEncoding: spki,
});
export const keyPairId = "K2JCJMDEHXQW5F";
export const hashes: CloudFrontHash[] = ["SHA-1", "SHA-256"];

export const rsaKey = (hash: CloudFrontHash) =>
  importCloudFrontKey({ keyPairId, privateKeyPem: rsa.privateKey, hash });
export const ecKey = (hash: CloudFrontHash) =>
  importCloudFrontKey({ keyPairId, privateKeyPem: ec.privateKey, hash });

/** What the SDK is to be given for the same. */
export function sdkOptions(hash: CloudFrontHash) {
  const algorithm = hash === "SHA-1" ? ("SHA1" as const) : ("SHA256" as const);
  return { keyPairId, privateKey: rsa.privateKey, algorithm };
}

export function fromCloudFrontBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/"), "base64");
}

/** Whether OpenSSL takes a signature in CloudFront's alphabet. */
export function isVerified(signed: {
  text: string | Buffer;
  signature: string;
  publicKey: string;
  hash: CloudFrontHash;
}): boolean {
  const { text, signature, publicKey, hash } = signed;
  const algorithm = hash === "SHA-1" ? "sha1" : "sha256";
  return verify(algorithm, Buffer.from(text), publicKey, fromCloudFrontBase64(signature));
}

export const expiresAt = new Date("2026-12-01T00:00:00Z");
export const startsAt = new Date("2026-11-30T00:00:00Z");
export const url = "https://d111111abcdef8.cloudfront.net/files/a.jpg?width=10";
export const refused = { name: "WaybillError", code: "INVALID_INPUT" };
