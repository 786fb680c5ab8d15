import fc from "fast-check";
import type { PolicyKind } from "../parse-policy.ts";

type Json = Record<string, unknown>;

/**
 * `Condition` elements over few keys and values, so that they often match. What is left out, because the other
 * evaluator is known to answer otherwise than AWS documents:
 *
 * - `IfExists` with `ForAnyValue`: it ignores the suffix.
 * - Variables without a value in negated operators: AWS lets the condition hold ("inverted condition operators do
 *   match against a null value"), it does not.
 * - `${*}`, `${?}` and `${$}` outside of patterns: it leaves them in the text.
 * - Variables in ARN operators: it cuts the ARN at the colons inside of them.
 * - `Null` and `ForAllValues` with empty values: AWS counts those as null, it does not.
 * - ISO dates against seconds: it takes seconds for milliseconds.
 * - Single addresses with `NotIpAddress`: it refuses addresses of the other version instead of letting it hold.
 * - Multivalued keys without set operator: refused here, since AWS does not document what they do.
 */
export function arbitraryConditions(kind: PolicyKind): fc.Arbitrary<Json> {
  return fc.array(fc.oneof(...conditionsFor(kind)), { minLength: 1, maxLength: 2 }).map((conditions) => {
    const merged: Record<string, Json> = {};
    for (const [operator, key, values] of conditions) {
      merged[operator] = { ...merged[operator], [key]: values };
    }
    return merged;
  });
}

type Entry = readonly [operator: string, key: string, values: unknown];

function conditionsFor(kind: PolicyKind): fc.Arbitrary<Entry>[] {
  const anywhere = [
    strings(["aws:PrincipalTag/team", "AWS:principaltag/Team", "aws:SourceIdentity", "aws:userid"]),
    strings(["aws:CalledVia"], "always"),
    entry(
      ["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"],
      ["aws:PrincipalArn"],
      ["arn:aws:iam::000000000000:role/app", "arn:*:iam::00000000000?:role/?ther", "arn:aws:iam::*:*"],
    ),
    entry(
      ["IpAddress", "NotIpAddress"],
      ["aws:SourceIp"],
      ["10.0.0.0/8", "192.0.2.0/24", "192.0.2.7/32", "2001:db8::/32"],
    ),
    entry(["IpAddress"], ["aws:SourceIp"], ["10.0.0.1", "192.0.2.8"]),
    entry(["Bool"], ["aws:SecureTransport", "AWS:SECURETRANSPORT"], ["true", "false"]),
    entry(dates, ["aws:CurrentTime"], ["2026-01-01T00:00:00Z", "2026-03-01", "2026-06-01T14:00:00+02:00"]),
    entry(dates, ["aws:EpochTime"], ["1767225600", "1770000000"]),
    nulls(["aws:PrincipalTag/team", "aws:SourceIp", "aws:CalledVia", "aws:username"]),
  ];
  if (kind === "trust") return [...anywhere, strings(["sts:ExternalId", "sts:RoleSessionName"])];
  return [
    ...anywhere,
    strings(["s3:ExistingObjectTag/team", "s3:x-amz-acl"]),
    strings(["s3:RequestObjectTagKeys"], "always"),
    plainStrings(["s3:prefix"]),
    entry(numbers, ["s3:max-keys", "s3:signatureAge"], ["1", "10", "500", "1000.5"]),
  ];
}

const orderings = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"];
const dates = orderings.map((ordering) => `Date${ordering}`);
const numbers = orderings.map((ordering) => `Numeric${ordering}`);

const TEXTS = ["a", "ann", "home", "A", "Ann", "*", "?", "a*", "*n*", "private", "team", "a.b"];
const RESOLVED = ["${aws:userid}", "${aws:PrincipalTag/team, 'ann'}", "${aws:SourceIdentity, 'a'}x"];
const UNRESOLVED = ["${aws:PrincipalTag/team}", "${aws:SourceIdentity}", "${aws:username}"];

/** String operators, with set operators when asked for or by chance. */
function strings(keys: string[], sets: "always" | "sometimes" = "sometimes"): fc.Arbitrary<Entry> {
  const prefixes =
    sets === "always" ? ["ForAllValues:", "ForAnyValue:"] : ["", "", "", "ForAllValues:", "ForAnyValue:"];
  const equals = fc.constantFrom("StringEquals", "StringEqualsIgnoreCase");
  const negated = fc.constantFrom("StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike");
  const operator = (base: fc.Arbitrary<string>) =>
    fc
      .tuple(fc.constantFrom(...prefixes), base, fc.constantFrom("", "", "IfExists"))
      .map(([prefix, name, suffix]) => `${prefix}${name}${prefix === "ForAnyValue:" ? "" : suffix}`);
  const key = fc.constantFrom(...keys);
  return fc.oneof(
    fc.tuple(operator(equals), key, lists([...TEXTS, ...RESOLVED, ...UNRESOLVED])),
    fc.tuple(
      operator(fc.constant("StringLike")),
      key,
      lists([...TEXTS, ...RESOLVED, ...UNRESOLVED, "${*}", "a${?}*"]),
    ),
    fc.tuple(operator(negated), key, lists([...TEXTS, ...RESOLVED])),
  );
}

/** For a key that may be empty: no set operators. */
function plainStrings(keys: string[]): fc.Arbitrary<Entry> {
  const operators = ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringLikeIfExists"];
  return entry(operators, keys, ["", "a", "home/${aws:userid}/", "home/*", "home/"], { ifExists: false });
}

function nulls(keys: string[]): fc.Arbitrary<Entry> {
  return entry(["Null"], keys, ["true", "false"], { ifExists: false });
}

function entry(
  operators: string[],
  keys: string[],
  values: string[],
  options: { ifExists: boolean } = { ifExists: true },
): fc.Arbitrary<Entry> {
  const suffix = options.ifExists ? fc.constantFrom("", "", "IfExists") : fc.constant("");
  return fc
    .tuple(fc.constantFrom(...operators), suffix, fc.constantFrom(...keys), lists(values))
    .map(([operator, ending, key, list]): Entry => [operator + ending, key, list]);
}

function lists(values: string[]): fc.Arbitrary<unknown> {
  const value = fc.constantFrom(...values);
  return fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));
}
