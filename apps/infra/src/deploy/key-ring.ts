import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import type { KeyName } from "../deployed-keys.ts";

export interface NamedKey {
  keyId: string;
  /** Secret: 32 bytes for an HMAC, else a private key in PKCS#8, DER. */
  secret: Buffer;
}

/** Several keys for one purpose: the first signs, and what any of them has signed is good. */
export type KeyRing = readonly NamedKey[];

const HMAC_BYTES = 32;

export function createKey(name: KeyName): NamedKey {
  return { keyId: `${name[0]}${randomBytes(4).toString("hex")}`, secret: createSecret(name) };
}

function createSecret(name: KeyName): Buffer {
  switch (name) {
    case "token":
      return randomBytes(HMAC_BYTES);
    case "door":
    case "cloudfront":
      return generateKeyPairSync("ec", {
        namedCurve: "prime256v1",
        privateKeyEncoding: { type: "pkcs8", format: "der" },
        publicKeyEncoding: { type: "spki", format: "der" },
      }).privateKey;
  }
}

/** `kid:base64[,kid:base64…]`, as the API reads it. */
export function textOfRing(ring: KeyRing): string {
  return ring.map(({ keyId, secret }) => `${keyId}:${secret.toString("base64")}`).join(",");
}

/** @throws without the text, which is secret */
export function parseRing(text: string): KeyRing {
  const ring = text.split(",").map((entry) => {
    const [, keyId = "", base64 = ""] = /^([\w.-]+):([A-Za-z0-9+/=]+)$/.exec(entry) ?? [];
    return { keyId, secret: Buffer.from(base64, "base64") };
  });
  if (ring.some(({ keyId }) => keyId === "")) throw new Error("What is stored there is no list of keys.");
  return ring;
}

/** The steps of a rotation. Between two of them everybody is to hear of the first. */
export const ROTATION = {
  /** Forget the keys that sign no more. */
  drop: (ring: KeyRing): KeyRing => ring.slice(0, 1),
  /** Make a key that everybody knows and nobody signs with. */
  add: (ring: KeyRing, name: KeyName): KeyRing => [...ring, createKey(name)],
  /** Let the newest sign. */
  use: (ring: KeyRing): KeyRing => ring.slice(-1).concat(ring.slice(0, -1)),
};
export type RotationStep = keyof typeof ROTATION;

/** SPKI in base64. */
export function publicHalf({ secret }: NamedKey): string {
  return publicKeyOf(secret).export({ type: "spki", format: "der" }).toString("base64");
}

export function publicPem({ secret }: NamedKey): string {
  return publicKeyOf(secret).export({ type: "spki", format: "pem" }).toString();
}

function publicKeyOf(pkcs8: Buffer) {
  return createPublicKey(createPrivateKey({ key: pkcs8, type: "pkcs8", format: "der" }));
}
