import { randomBytes } from "node:crypto";
import { MAX_KEY_BYTES } from "@waybill/core/s3-limits";
import { S3Error } from "../s3-error.ts";
import { childRawText, childText, childTexts, parseXml, type XmlElement } from "../xml/parse-xml.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";
import type { LifecycleRule } from "./lifecycle-configuration.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
const MAX_RULES = 1000;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
const MAX_ID_LENGTH = 255;
const MAX_DAYS = 2 ** 31 - 1;

export function toLifecycleXml(rules: readonly LifecycleRule[]): string {
  return xmlDocument(
    "LifecycleConfiguration",
    rules.map(({ id, isEnabled, scope, daysAfterInitiation }) => {
      const prefix = scope.prefix === undefined ? undefined : xmlText("Prefix", scope.prefix);
      return xmlElement("Rule", [
        xmlText("ID", id),
        scope.form === "filter" ? xmlElement("Filter", [prefix]) : prefix,
        xmlText("Status", isEnabled ? "Enabled" : "Disabled"),
        xmlElement("AbortIncompleteMultipartUpload", [xmlText("DaysAfterInitiation", daysAfterInitiation)]),
      ]);
    }),
  );
}

/** @throws {S3Error} `MalformedXML`, `InvalidArgument`, `InvalidRequest`, `NotImplemented` */
export function parseLifecycleXml(body: Buffer): LifecycleRule[] {
  const { children } = parseXml(body, "LifecycleConfiguration");
  if (children.some(({ name }) => name !== "Rule")) throw new S3Error("MalformedXML");
  if (children.length === 0) throw invalidRequest("At least one lifecycle rule must be specified.");
  if (children.length > MAX_RULES) {
    throw invalidRequest(
      `The number of lifecycle rules must not exceed the allowed limit of ${MAX_RULES} rules.`,
    );
  }
  checkIds(children.map((rule) => childText(rule, "ID") ?? ""));
  const rules = children.map(parseRule);
  checkForms(rules);
  return rules;
}

function checkIds(ids: readonly string[]): void {
  const given = ids.filter((id) => id !== "");
  if (given.some((id) => id.length > MAX_ID_LENGTH)) {
    throw invalidArgument("ID", `ID length should not exceed allowed limit of ${MAX_ID_LENGTH}`);
  }
  if (new Set(given).size < given.length) {
    throw invalidArgument("ID", "Rule ID must be unique. Found same ID for more than one rule");
  }
}

const RULE_ELEMENTS = ["ID", "Prefix", "Filter", "Status", "AbortIncompleteMultipartUpload"];
const OTHER_ACTIONS = [
  "Expiration",
  "Transition",
  "NoncurrentVersionExpiration",
  "NoncurrentVersionTransition",
];

function parseRule(element: XmlElement): LifecycleRule {
  for (const { name } of element.children) {
    if (OTHER_ACTIONS.includes(name)) throw notImplemented(name);
    if (!RULE_ELEMENTS.includes(name)) throw new S3Error("MalformedXML");
  }
  if (RULE_ELEMENTS.some((name) => childTexts(element, name).length > 1)) throw new S3Error("MalformedXML");
  const status = childText(element, "Status");
  if (status !== "Enabled" && status !== "Disabled") throw new S3Error("MalformedXML");
  const scope = parseScope(element);
  return {
    id: childText(element, "ID") || randomBytes(24).toString("base64url"),
    isEnabled: status === "Enabled",
    scope,
    daysAfterInitiation: parseDays(element),
  };
}

function parseScope(rule: XmlElement): LifecycleRule["scope"] {
  const filter = rule.children.find(({ name }) => name === "Filter");
  const ownPrefix = childRawText(rule, "Prefix");
  if (filter === undefined && ownPrefix === undefined) throw new S3Error("MalformedXML");
  if (filter !== undefined && ownPrefix !== undefined) throw prefixInFilterForm();
  if (filter === undefined) return { form: "prefix", prefix: checkPrefix(ownPrefix ?? "") };
  checkFilter(filter);
  const prefix = childRawText(filter, "Prefix");
  return prefix === undefined ? { form: "filter" } : { form: "filter", prefix: checkPrefix(prefix) };
}

function checkFilter({ children }: XmlElement): void {
  const names = children.flatMap((child) =>
    child.name === "And" ? child.children.map(({ name }) => name) : [child.name],
  );
  // An upload has no tags or size yet: Amazon refuses these filters in a rule that aborts uploads.
  if (names.includes("Tag")) {
    throw invalidRequest("AbortIncompleteMultipartUpload cannot be specified with Tags.");
  }
  if (names.includes("ObjectSizeGreaterThan") || names.includes("ObjectSizeLessThan")) {
    throw invalidRequest("AbortIncompleteMultipartUpload cannot be specified with Object Size.");
  }
  if (children.length > 1 || children.some(({ name }) => name !== "Prefix"))
    throw new S3Error("MalformedXML");
}

function checkPrefix(prefix: string): string {
  if (Buffer.byteLength(prefix) <= MAX_KEY_BYTES) return prefix;
  throw invalidRequest(`The maximum size of a prefix is ${MAX_KEY_BYTES}`);
}

function parseDays(rule: XmlElement): number {
  const action = rule.children.find(({ name }) => name === "AbortIncompleteMultipartUpload");
  if (action === undefined) throw invalidRequest("At least one action needs to be specified in a rule");
  const text = childText(action, "DaysAfterInitiation") ?? "";
  if (action.children.length !== 1 || !/^[+-]?\d+$/.test(text)) throw new S3Error("MalformedXML");
  const days = Number(text);
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw invalidArgument(
    "DaysAfterInitiation",
    "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
  );
}

/** The first rule says which of both forms the configuration has. In the older one prefixes must not overlap. */
function checkForms(rules: readonly LifecycleRule[]): void {
  const form = rules[0]?.scope.form;
  if (rules.some(({ scope }) => scope.form !== form)) {
    throw form === "filter"
      ? prefixInFilterForm()
      : invalidRequest("Filter element can only be used in Lifecycle V2.");
  }
  if (form === "filter") return;
  const prefixes = rules.map(({ scope }) => scope.prefix ?? "").toSorted();
  // Among sorted prefixes, one that begins another begins the next one.
  for (const [index, prefix] of prefixes.entries()) {
    const next = prefixes[index + 1];
    if (next?.startsWith(prefix)) {
      throw invalidRequest(
        `Found overlapping prefixes '${prefix}' and '${next}' for same action type 'AbortIncompleteMultipartUpload'`,
      );
    }
  }
}

function prefixInFilterForm(): S3Error {
  return invalidRequest(
    "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
  );
}

function invalidRequest(message: string): S3Error {
  return new S3Error("InvalidRequest", { message });
}

function invalidArgument(argumentName: string, message: string): S3Error {
  return new S3Error("InvalidArgument", { message, details: { ArgumentName: argumentName } });
}

function notImplemented(action: string): S3Error {
  return new S3Error("NotImplemented", {
    message: `This stand-in does not implement the lifecycle action ${action}.`,
    logNote: `lifecycle action ${action}`,
  });
}
