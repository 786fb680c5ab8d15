import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod/mini";

const Tag = z.strictObject({ key: z.string(), value: z.string() });

/** All that is known of a session. It is kept nowhere but in the token. */
const SessionClaims = z.strictObject({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  issuedAtMs: z.int(),
  expiresAtMs: z.int(),
  /** Absent for a session of GetSessionToken. */
  role: z.optional(
    z.strictObject({
      name: z.string(),
      sessionName: z.string(),
      policy: z.optional(z.string()),
      tags: z.array(Tag),
      transitiveTagKeys: z.array(z.string()),
      sourceIdentity: z.optional(z.string()),
    }),
  ),
  /** Present for a service of Amazon's. */
  service: z.optional(z.strictObject({ name: z.string(), sourceArn: z.string() })),
});
export type SessionClaims = z.infer<typeof SessionClaims>;

export interface SessionSealer {
  /** @returns base64 with `+`, `/` and `=`, as Amazon's tokens: careless clients should notice here */
  seal(claims: SessionClaims): string;
  /** @returns `undefined` for anything that was not sealed with this key, or was changed since */
  open(token: string): SessionClaims | undefined;
}

export const SESSION_KEY_BYTES = 32;

const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** The first byte of a token, in case that tokens ever look different. */
const FORMAT = Buffer.from([1]);
/** A bound for what a token may unpack to: one of the longest policies and tags takes a tenth of it. */
const MAX_CLAIMS_BYTES = 256 * 1024;

/**
 * Seal sessions into tokens that only their issuer can read or make: so nothing about them has to be stored,
 * and they outlive a restart.
 *
 * @param key - 32 secret bytes
 */
export function createSessionSealer(key: Buffer): SessionSealer {
  return {
    seal(claims) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(FORMAT);
      const packed = deflateRawSync(JSON.stringify(claims));
      const sealed = Buffer.concat([FORMAT, iv, cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
      return sealed.toString("base64");
    },
    open(token) {
      const sealed = Buffer.from(token, "base64");
      // Base64 has several spellings for the same bytes, and only one of them was issued.
      if (sealed.toString("base64") !== token) return undefined;
      if (sealed.length < FORMAT.length + IV_BYTES + TAG_BYTES || sealed[0] !== FORMAT[0]) return undefined;
      const packed = decrypt(key, sealed.subarray(FORMAT.length));
      if (packed === undefined) return undefined;
      const json = inflateRawSync(packed, { maxOutputLength: MAX_CLAIMS_BYTES }).toString("utf8");
      return SessionClaims.parse(JSON.parse(json)); // only this code can have written it
    },
  };
}

/** @returns `undefined` when the bytes are not exactly those that were encrypted */
function decrypt(key: Buffer, sealed: Buffer): Buffer | undefined {
  const iv = sealed.subarray(0, IV_BYTES);
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
    .setAAD(FORMAT)
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const packed = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([packed, decipher.final()]);
  } catch {
    return undefined; // the tag does not fit: Node says so in no other way
  }
}
