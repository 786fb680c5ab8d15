import { randomBytes } from "node:crypto";
import { toBase32 } from "./base32.ts";
import type { AccountCredentials } from "./credentials.ts";

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const SESSION_KEY_PREFIX = "ASIA";

/** The keys of a new session, in the shape of Amazon's. */
export function createSessionKeys(): AccountCredentials {
  return {
    accessKeyId: `${SESSION_KEY_PREFIX}${toBase32(randomBytes(10))}`,
    secretAccessKey: randomBytes(30).toString("base64"),
  };
}
