import { S3Error } from "../s3-error.ts";
import { childElement, childText, type XmlElement } from "../xml/parse-xml.ts";
import type { LifecycleRule } from "./lifecycle-configuration.ts";
import { invalidArgument } from "./lifecycle-error.ts";

const MAX_DAYS = 2 ** 31 - 1;
const DAY_MS = 24 * 3600 * 1000;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_NoncurrentVersionExpiration.html */
const MAX_NEWER_VERSIONS = 100;

type Actions = Omit<LifecycleRule, "id" | "isEnabled" | "scope">;

/**
 * What a rule does.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 *
 * @returns nothing where it does nothing
 * @throws {S3Error} `MalformedXML`, `InvalidArgument`
 */
export function parseActions(rule: XmlElement): Actions {
  const expiration = childElement(rule, "Expiration");
  const noncurrent = childElement(rule, "NoncurrentVersionExpiration");
  const abort = childElement(rule, "AbortIncompleteMultipartUpload");
  return {
    ...(expiration && parseExpiration(expiration)),
    ...(noncurrent && parseNoncurrent(noncurrent)),
    ...(abort && { daysAfterInitiation: parseOnlyDays(abort, "DaysAfterInitiation") }),
  };
}

function parseExpiration(action: XmlElement): Actions {
  const date = childText(action, "Date");
  const marker = childText(action, "ExpiredObjectDeleteMarker");
  if (date === undefined && marker === undefined) return { expirationDays: parseOnlyDays(action, "Days") };
  if (action.children.length > 1) throw new S3Error("MalformedXML");
  if (date !== undefined) return { expirationDate: parseDate(date) };
  if (marker !== "true" && marker !== "false") throw new S3Error("MalformedXML");
  return { expiredObjectDeleteMarker: marker === "true" };
}

function parseNoncurrent(action: XmlElement): Actions {
  if (action.children.length === 1) return { noncurrentDays: parseOnlyDays(action, "NoncurrentDays") };
  const newer = childText(action, "NewerNoncurrentVersions");
  if (action.children.length > 2 || newer === undefined) throw new S3Error("MalformedXML");
  const newerNoncurrentVersions = parseInteger(newer);
  if (newerNoncurrentVersions < 1 || newerNoncurrentVersions > MAX_NEWER_VERSIONS) {
    throw invalidArgument(
      "NewerNoncurrentVersions",
      `'NewerNoncurrentVersions' for ${action.name} action must be between 1 and ${MAX_NEWER_VERSIONS}`,
    );
  }
  return { noncurrentDays: parseDays(action, "NoncurrentDays"), newerNoncurrentVersions };
}

function parseOnlyDays(action: XmlElement, element: string): number {
  if (action.children.length !== 1) throw new S3Error("MalformedXML");
  return parseDays(action, element);
}

function parseDays(action: XmlElement, element: string): number {
  const days = parseInteger(childText(action, element) ?? "");
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw invalidArgument(element, `'${element}' for ${action.name} action must be a positive integer`);
}

function parseInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new S3Error("MalformedXML");
  return Number(text);
}

/** A day, or a time with its zone. */
const ISO_DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function parseDate(text: string): string {
  const time = ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new S3Error("MalformedXML");
  if (time % DAY_MS !== 0) throw invalidArgument("Date", "'Date' must be at midnight GMT");
  return new Date(time).toISOString();
}
