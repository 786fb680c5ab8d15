import { S3Error } from "../s3-error.ts";
import { toErrorTime } from "./amz-date.ts";
import type { SignatureClaim } from "./signature-claim.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed) */
const MAX_SKEW_MS = 15 * 60 * 1000;

/** @throws {S3Error} `RequestTimeTooSkewed`, or `AccessDenied` for a presigned request */
export function checkTime(claim: SignatureClaim, now: Date): void {
  const ageMs = now.getTime() - claim.signedAt.getTime();
  if (claim.expiresInSeconds === undefined) {
    if (Math.abs(ageMs) <= MAX_SKEW_MS) return;
    throw new S3Error("RequestTimeTooSkewed", {
      details: {
        RequestTime: claim.amzDate,
        ServerTime: toErrorTime(now),
        MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
      },
    });
  }
  if (ageMs < -MAX_SKEW_MS) {
    throw new S3Error("AccessDenied", {
      message: "Request is not yet valid",
      details: { "X-Amz-Date": claim.amzDate, ServerTime: toErrorTime(now) },
      logNote: "the URL's date lies in the future",
    });
  }
  const expiresAt = new Date(claim.signedAt.getTime() + claim.expiresInSeconds * 1000);
  if (now > expiresAt) {
    throw new S3Error("AccessDenied", {
      message: "Request has expired",
      details: {
        "X-Amz-Expires": String(claim.expiresInSeconds),
        Expires: toErrorTime(expiresAt),
        ServerTime: toErrorTime(now),
      },
      logNote: `the URL expired at ${toErrorTime(expiresAt)}`,
    });
  }
}
