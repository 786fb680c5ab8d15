import * as z from "zod/mini";
import { ESCAPED_DOLLAR, INVALID_JSON, invalidPolicy, parsePolicyJson } from "./policy-json.ts";

/** What the signer of a form allows its holder. */
export interface PostPolicy {
  expiresAt: Date;
  conditions: readonly PolicyCondition[];
}

type PolicyCondition = FieldCondition | RangeCondition;

export interface FieldCondition {
  kind: "eq" | "starts-with";
  /** In lower case; `undefined` where the `$` in front of the name is missing, which no form can meet. */
  fieldName: string | undefined;
  value: string;
  /** A bare `$` begins a variable, and Amazon knows none of that name. */
  hasVariable: boolean;
  /** As Amazon writes it in its refusal. */
  text: string;
}

/** Bounds on the file's size in bytes, both inclusive; no bounds at all when they are not numbers. */
export interface RangeCondition {
  kind: "content-length-range";
  bounds: { min: number; max: number } | undefined;
  text: string;
}

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 *
 * @param base64 - the field, as it was signed
 * @throws {S3Error} `InvalidPolicyDocument`, in Amazon's words
 */
export function parsePolicy(base64: string): PostPolicy {
  const document = parsePolicyJson(base64);
  if (!isObject(document)) throw invalidPolicy(INVALID_JSON);
  const unexpected = Object.keys(document).find((name) => name !== "expiration" && name !== "conditions");
  if (unexpected !== undefined) throw invalidPolicy(`Unexpected: '${unexpected.toLowerCase()}'`);
  const { expiration, conditions } = document;
  if (expiration === undefined) throw invalidPolicy("Policy missing expiration.");
  if (conditions === undefined) throw invalidPolicy("Policy missing conditions.");
  if (!Array.isArray(conditions)) throw invalidPolicy("Invalid 'conditions' value: must be a List.");
  return { expiresAt: parseExpiration(expiration), conditions: conditions.map(parseCondition) };
}

/** To the second, and with `Z`: another offset is refused, and so is a day that its month has not. */
const Expiration = z.iso.datetime().check(z.minLength("2013-08-01T12:00:00Z".length));

function parseExpiration(value: unknown): Date {
  const { success, data } = Expiration.safeParse(value);
  if (success) return new Date(data);
  throw invalidPolicy(`Invalid 'expiration' value: '${isOperand(value) ? value : ""}'`);
}

function parseCondition(condition: unknown): PolicyCondition {
  if (Array.isArray(condition)) return parseListCondition(condition);
  if (isObject(condition)) return parseSimpleCondition(condition);
  throw invalidPolicy("Invalid condition test: must be a List or Object.");
}

/** `{ "acl": "private" }` */
function parseSimpleCondition(condition: Readonly<Record<string, unknown>>): FieldCondition {
  const [property, ...others] = Object.entries(condition);
  if (property === undefined || others.length > 0) {
    throw invalidPolicy(
      "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
    );
  }
  const [name, value] = property;
  if (typeof value !== "string") throw invalidPolicy("Invalid Simple-Condition: value must be a string.");
  return toFieldCondition("eq", `$${name}`, value);
}

/** `["starts-with", "$key", "user/"]` */
function parseListCondition(condition: readonly unknown[]): PolicyCondition {
  const [operator, ...operands] = condition;
  if (typeof operator !== "string") throw invalidPolicy("Invalid Condition: missing operation identifier.");
  const kind = KINDS.find((known) => known === operator.toLowerCase());
  if (kind === undefined) throw invalidPolicy(`Invalid Condition: unknown operation '${operator}'.`);
  const [first, second] = operands;
  if (operands.length !== 2) {
    throw invalidPolicy(`Invalid ${kind === "eq" ? "Eq" : kind}: wrong number of arguments.`);
  }
  if (!isOperand(first) || !isOperand(second)) throw invalidPolicy(INVALID_JSON);
  if (kind === "content-length-range") return toRangeCondition(first, second);
  if (typeof first === "number" || typeof second === "number") throw invalidPolicy(INVALID_JSON);
  return toFieldCondition(kind, first, second);
}

const KINDS = ["eq", "starts-with", "content-length-range"] as const;

function toFieldCondition(kind: FieldCondition["kind"], field: string, value: string): FieldCondition {
  return {
    kind,
    fieldName: field.startsWith("$") ? field.slice(1).toLowerCase() : undefined,
    value: value.replaceAll(ESCAPED_DOLLAR, "$"),
    hasVariable: value.includes("$"),
    text: toText([kind, field, value]),
  };
}

function toRangeCondition(min: Operand, max: Operand): RangeCondition {
  const [minBytes, maxBytes] = [toBytes(min), toBytes(max)];
  return {
    kind: "content-length-range",
    bounds: minBytes === undefined || maxBytes === undefined ? undefined : { min: minBytes, max: maxBytes },
    text: toText(["content-length-range", min, max]),
  };
}

/** Amazon takes a number in quotes, too. */
function toBytes(bound: Operand): number | undefined {
  return /^-?\d+$/.test(String(bound)) ? Number(bound) : undefined;
}

function toText(condition: readonly Operand[]): string {
  const items = condition.map((item) => JSON.stringify(item)).join(", ");
  return `[${items.replaceAll(ESCAPED_DOLLAR, "$")}]`;
}

type Operand = string | number;

function isOperand(value: unknown): value is Operand {
  return typeof value === "string" || typeof value === "number";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
