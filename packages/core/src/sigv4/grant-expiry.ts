import { MAX_PRESIGN_SECONDS } from "../s3-limits.ts";
import { WaybillError } from "../waybill-error.ts";
import type { Credentials } from "./credentials.ts";

/** Credentials that end sooner sign nothing any more: the grant would fail in its holder's hands. */
const FLOOR_SECONDS = 30;

/** Temporary credentials whose end nobody tells, such as AWS Lambda's own, are trusted this long. */
const UNKNOWN_EXPIRY_SECONDS = 15 * 60;

/**
 * How long a grant really lives: the shortest of what was asked, what the policy allows and what is
 * left of the credentials that sign it. S3 refuses a URL whose credentials have expired, whatever
 * the URL itself says.
 *
 * @param options.asked - seconds; the policy's own when left out
 * @param options.policy - seconds
 * @returns `expiresIn` in whole seconds, 1 to 604,800, from the signature's date on: whatever the clock of
 *   this machine says, the end that S3 computes from the URL is never behind that of the credentials
 * @throws {WaybillError} `EXPIRY_TOO_SHORT` when the credentials cut it to less than 30 seconds, or when less
 *   than a second was asked for
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export function grantExpiry(options: {
  asked?: number | undefined;
  policy: number;
  /** That sign it; undefined: nothing that ends does. */
  credentials?: Credentials | undefined;
  now: Date;
}): { expiresIn: number; expiresAt: Date } {
  const { asked, policy, credentials, now } = options;
  const wanted = Math.floor(Math.min(asked ?? policy, policy, MAX_PRESIGN_SECONDS));
  if (!(wanted >= 1)) throw new WaybillError("EXPIRY_TOO_SHORT", "A grant lives for a second at least.");
  const signedAtMs = Math.floor(now.getTime() / 1000) * 1000; // the signature's date has whole seconds
  const expiresIn = Math.min(wanted, secondsLeft(credentials, signedAtMs));
  if (expiresIn < Math.min(wanted, FLOOR_SECONDS)) {
    throw new WaybillError(
      "EXPIRY_TOO_SHORT",
      `The server's credentials end in ${Math.max(0, expiresIn)} seconds: too soon for a grant.`,
    );
  }
  return { expiresIn, expiresAt: new Date(signedAtMs + expiresIn * 1000) };
}

function secondsLeft(credentials: Credentials | undefined, nowMs: number): number {
  const { sessionToken, expiration } = credentials ?? {};
  if (expiration !== undefined) return Math.floor((expiration.getTime() - nowMs) / 1000);
  return sessionToken === undefined ? Number.POSITIVE_INFINITY : UNKNOWN_EXPIRY_SECONDS;
}
