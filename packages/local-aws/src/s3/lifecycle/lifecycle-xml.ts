import { randomBytes } from "node:crypto";
import { S3Error } from "../s3-error.ts";
import { childText, childTexts, parseXml, type XmlElement } from "../xml/parse-xml.ts";
import { doesAction, LIFECYCLE_ACTIONS, type LifecycleAction } from "./due-date.ts";
import type { LifecycleRule } from "./lifecycle-configuration.ts";
import { invalidArgument, invalidRequest, notImplemented } from "./lifecycle-error.ts";
import { parseActions } from "./parse-actions.ts";
import { parseScope, prefixInFilterForm } from "./parse-scope.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
const MAX_RULES = 1000;
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
const MAX_ID_LENGTH = 255;

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

const OTHER_ACTIONS = ["Transition", "NoncurrentVersionTransition"];
const RULE_ELEMENTS = ["ID", "Prefix", "Filter", "Status", ...LIFECYCLE_ACTIONS];

function parseRule(element: XmlElement): LifecycleRule {
  for (const { name } of element.children) {
    if (OTHER_ACTIONS.includes(name)) throw notImplemented(name);
    if (!RULE_ELEMENTS.includes(name)) throw new S3Error("MalformedXML");
  }
  if (RULE_ELEMENTS.some((name) => childTexts(element, name).length > 1)) throw new S3Error("MalformedXML");
  const status = childText(element, "Status");
  if (status !== "Enabled" && status !== "Disabled") throw new S3Error("MalformedXML");
  const scope = parseScope(element);
  const actions = parseActions(element);
  if (Object.keys(actions).length === 0) {
    throw invalidRequest("At least one action needs to be specified in a rule");
  }
  return {
    id: childText(element, "ID") || randomBytes(24).toString("base64url"),
    isEnabled: status === "Enabled",
    scope,
    ...actions,
  };
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
  if (rules.some(({ newerNoncurrentVersions }) => newerNoncurrentVersions !== undefined)) {
    throw invalidRequest("NewerNoncurrentVersions element can only be used in Lifecycle V2.");
  }
  for (const action of LIFECYCLE_ACTIONS) checkOverlaps(rules, action);
}

function checkOverlaps(rules: readonly LifecycleRule[], action: LifecycleAction): void {
  const prefixes = rules
    .filter((rule) => doesAction(rule, action))
    .map(({ scope }) => scope.prefix ?? "")
    .toSorted();
  // Among sorted prefixes, one that begins another begins the next one.
  for (const [index, prefix] of prefixes.entries()) {
    const next = prefixes[index + 1];
    if (next?.startsWith(prefix)) {
      throw invalidRequest(
        `Found overlapping prefixes '${prefix}' and '${next}' for same action type '${action}'`,
      );
    }
  }
}
