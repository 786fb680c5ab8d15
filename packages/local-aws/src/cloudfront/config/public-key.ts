import { createPublicKey, type KeyObject } from "node:crypto";

/**
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 *
 * @param pem - `BEGIN PUBLIC KEY`
 * @throws {Error} for anything but RSA of 2,048 bits and ECDSA P-256
 */
export function parsePublicKey(id: string, pem: string): KeyObject {
  if (!/^\s*-----BEGIN PUBLIC KEY-----[\s\S]+-----END PUBLIC KEY-----\s*$/.test(pem)) {
    throw new Error(`the public key ${id} is no PEM of a public key`);
  }
  const key = createPublicKey(pem);
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const isKnown =
    (key.asymmetricKeyType === "rsa" && modulusLength === 2048) ||
    (key.asymmetricKeyType === "ec" && namedCurve === "prime256v1");
  if (isKnown) return key;
  throw new Error(`the public key ${id} is neither RSA of 2,048 bits nor ECDSA P-256`);
}
