import { CANONICAL_USER_ID, GRANTEE_XML, OWNER_XML } from "./owner.ts";
import { S3Error } from "./s3-error.ts";
import { childElement, childText, parseXml } from "./xml/parse-xml.ts";
import { xmlDocument, xmlElement, xmlText } from "./xml/write-xml.ts";

/** What ACLs come in, beside XML. */
export const ACL_HEADERS = ["x-amz-acl", "x-amz-grant-*"] as const;

/**
 * Buckets own their objects, as they do at Amazon unless they are told otherwise, and then only the ACL that
 * says so may be sent; not even `private` may.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html
 *
 * @throws {S3Error} `AccessControlListNotSupported`
 */
export function checkAclHeaders(headers: ReadonlyMap<string, string>): void {
  const hasGrant = [...headers.keys()].some((name) => name.startsWith("x-amz-grant-"));
  const acl = headers.get("x-amz-acl") ?? "bucket-owner-full-control";
  if (hasGrant || acl !== "bucket-owner-full-control") throw new S3Error("AccessControlListNotSupported");
}

export function hasAclHeaders(headers: ReadonlyMap<string, string>): boolean {
  return [...headers.keys()].some((name) => name === "x-amz-acl" || name.startsWith("x-amz-grant-"));
}

/** What every ACL says here. */
export const ACL_XML = xmlDocument("AccessControlPolicy", [
  OWNER_XML,
  xmlElement("AccessControlList", [
    xmlElement("Grant", [GRANTEE_XML, xmlText("Permission", "FULL_CONTROL")]),
  ]),
]);

/**
 * Hold an ACL that is sent as a body against the only one that may be.
 *
 * @throws {S3Error} `AccessControlListNotSupported`, `MalformedXML`
 */
export function checkAclBody(body: Buffer): void {
  const list = childElement(parseXml(body, "AccessControlPolicy"), "AccessControlList");
  const [grant, ...others] = list?.children ?? [];
  if (grant === undefined) throw new S3Error("MalformedXML");
  const grantee = childElement(grant, "Grantee");
  const isOwner = grantee !== undefined && childText(grantee, "ID") === CANONICAL_USER_ID;
  const isFull = childText(grant, "Permission") === "FULL_CONTROL";
  if (others.length > 0 || !isOwner || !isFull) throw new S3Error("AccessControlListNotSupported");
}
