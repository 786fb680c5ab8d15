import { S3Error } from "../s3-error.ts";
import { childElement, childText, type XmlElement } from "../xml/parse-xml.ts";
import type { LifecycleRule } from "./lifecycle-configuration.ts";
import { invalidArgument, notImplemented } from "./lifecycle-error.ts";

const MAX_DAYS = 2 ** 31 - 1;
const DAY_MS = 24 * 3600 * 1000;

type Expiration = Pick<LifecycleRule, "expirationDays" | "expirationDate">;
type Abort = Pick<LifecycleRule, "daysAfterInitiation">;

/**
 * What a rule does.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 *
 * @returns nothing where it does nothing
 * @throws {S3Error} `MalformedXML`, `InvalidArgument`, `NotImplemented`
 */
export function parseActions(rule: XmlElement): Expiration & Abort {
  const expiration = childElement(rule, "Expiration");
  const abort = childElement(rule, "AbortIncompleteMultipartUpload");
  return {
    ...(expiration && parseExpiration(expiration)),
    ...(abort && { daysAfterInitiation: parseDays(abort, "DaysAfterInitiation") }),
  };
}

function parseExpiration(action: XmlElement): Expiration {
  const [child, ...others] = action.children;
  if (others.length > 0) throw new S3Error("MalformedXML");
  if (child?.name === "Days") return { expirationDays: parseDays(action, "Days") };
  if (child?.name === "Date") return { expirationDate: parseDate(child) };
  if (child?.name === "ExpiredObjectDeleteMarker") throw notImplemented(`Expiration by ${child.name}`);
  throw new S3Error("MalformedXML");
}

function parseDays(action: XmlElement, element: string): number {
  const text = childText(action, element) ?? "";
  if (action.children.length !== 1 || !/^[+-]?\d+$/.test(text)) throw new S3Error("MalformedXML");
  const days = Number(text);
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw invalidArgument(element, `'${element}' for ${action.name} action must be a positive integer`);
}

/** A day, or a time with its zone. */
const ISO_DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

function parseDate({ text }: XmlElement): string {
  const time = ISO_DATE.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (Number.isNaN(time)) throw new S3Error("MalformedXML");
  if (time % DAY_MS !== 0) throw invalidArgument("Date", "'Date' must be at midnight GMT");
  return new Date(time).toISOString();
}
