import { ACCOUNT_ID } from "../identity/account.ts";
import { S3Error } from "./s3-error.ts";
import { xmlElement, xmlText } from "./xml/write-xml.ts";

/** Amazon's are 64 hexadecimal digits too. Names it gives no more, since November 2025. */
export const CANONICAL_USER_ID = "0".repeat(64);

const IDENTITY = [xmlText("ID", CANONICAL_USER_ID)];

export const OWNER_XML = xmlElement("Owner", IDENTITY);
export const INITIATOR_XML = xmlElement("Initiator", IDENTITY);

/** As ACLs name the owner. */
export const GRANTEE_XML = `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${IDENTITY.join("")}</Grantee>`;

/**
 * Hold the owner of a bucket against the one that the client expects.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 *
 * @throws {S3Error} `AccessDenied`, `InvalidBucketOwnerAWSAccountID`
 */
export function checkExpectedOwner(headers: ReadonlyMap<string, string>, name: string): void {
  const expected = headers.get(name);
  if (expected === undefined || expected === ACCOUNT_ID) return;
  if (!/^\d{12}$/.test(expected)) throw new S3Error("InvalidBucketOwnerAWSAccountID");
  throw new S3Error("AccessDenied", { logNote: `${name} is not this account, ${ACCOUNT_ID}` });
}
