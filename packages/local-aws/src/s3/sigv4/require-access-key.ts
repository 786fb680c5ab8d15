import type { ServiceCaller, SignedCaller } from "../../identity/caller.ts";
import type { Identities, KeyClaim } from "../../identity/create-identities.ts";
import { S3Error } from "../s3-error.ts";

/**
 * Find the secret that a request should have been signed with, and who signs with it.
 *
 * @throws {S3Error} `InvalidAccessKeyId`, also for a temporary key without its own token; `InvalidToken`;
 *   `ExpiredToken`. Amazon repeats the token in its XML; here it stays out of every answer and log
 */
export function requireAccessKey(
  identities: Identities,
  claim: KeyClaim,
  now: Date,
): { secretAccessKey: string; caller: SignedCaller | ServiceCaller } {
  const found = identities.findAccessKey(claim, now);
  if (found.ok) return found;
  const logNote = found.note;
  switch (found.reason) {
    case "unknown-key":
      throw new S3Error("InvalidAccessKeyId", { details: { AWSAccessKeyId: claim.accessKeyId }, logNote });
    case "invalid-token":
      throw new S3Error("InvalidToken", { logNote });
    case "expired-token":
      throw new S3Error("ExpiredToken", { logNote });
  }
}
