import { scryptAsync } from "@noble/hashes/scrypt.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { base64url } from "jose";
import * as z from "zod/mini";

/**
 * How slow: 32 MiB, gone through three times.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** What is kept of a password. */
export const PasswordHash = z.object({
  algorithm: z.literal("scrypt"),
  N: z.int(),
  r: z.int(),
  p: z.int(),
  /** base64url, as is `hash`. */
  salt: z.string(),
  hash: z.string(),
});
export type PasswordHash = z.infer<typeof PasswordHash>;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const hash = await derive(password, salt, COST);
  return { algorithm: "scrypt", ...COST, salt: base64url.encode(salt), hash: base64url.encode(hash) };
}

export async function isPassword(password: string, { N, r, p, salt, hash }: PasswordHash): Promise<boolean> {
  const expected = base64url.decode(hash);
  return areEqual(await derive(password, base64url.decode(salt), { N, r, p }), expected);
}

function derive(password: string, salt: Uint8Array, cost: typeof COST): Promise<Uint8Array> {
  // Two keyboards may spell one letter differently.
  return scryptAsync(utf8ToBytes(password.normalize("NFC")), salt, { ...cost, dkLen: HASH_BYTES });
}

/** In a time that does not tell where they differ. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
