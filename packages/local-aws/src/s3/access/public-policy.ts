import * as z from "zod/mini";

const OneOrMore = z.union([z.string(), z.array(z.string())]);
const Value = z.union([z.string(), z.number(), z.boolean()]);
const Statement = z.object({
  Effect: z.string(),
  Principal: z.optional(z.union([z.string(), z.record(z.string(), OneOrMore)])),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.union([Value, z.array(Value)])))),
});
type Statement = z.infer<typeof Statement>;
const Policy = z.object({ Statement: z.union([Statement, z.array(Statement)]) });

/**
 * Whether a bucket policy grants something to the public. S3 assumes so unless everything that it allows is
 * for fixed callers, or for callers that come from fixed places.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 *
 * @param json - a policy that `parsePolicy` takes
 */
export function isPublicPolicy(json: string): boolean {
  const { Statement: statements } = Policy.parse(JSON.parse(json));
  return [statements].flat().some(isPublicStatement);
}

function isPublicStatement({ Effect, Principal, Condition = {} }: Statement): boolean {
  if (Effect !== "Allow") return false;
  const principals = typeof Principal === "object" ? Object.values(Principal).flat() : [Principal ?? "*"];
  if (!principals.includes("*")) return false;
  return !Object.entries(Condition).some(([operator, keys]) =>
    Object.entries(keys).some(([key, values]) =>
      isFixed(operator, key.toLowerCase(), [values].flat().map(String)),
    ),
  );
}

/** A condition that holds for none but a few known callers. With `IfExists`, or a negation, it does not. */
function isFixed(operator: string, key: string, values: readonly string[]): boolean {
  if (operator === "IpAddress" && key === "aws:sourceip") return values.every(isNarrow);
  return (
    FIXING_OPERATORS.has(operator) && FIXING_KEYS.has(key) && !values.some((value) => /[*?]|\$\{/.test(value))
  );
}

/** Wider ranges count as the public: wider than /8 of IPv4 and than /32 of IPv6. */
function isNarrow(range: string): boolean {
  const [address = "", bits] = range.split("/");
  if (bits === undefined) return true;
  return Number(bits) >= (address.includes(":") ? 32 : 8);
}

const FIXING_OPERATORS: ReadonlySet<string> = new Set(
  ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"].flatMap((operator) => [
    operator,
    `ForAnyValue:${operator}`,
  ]),
);

const FIXING_KEYS: ReadonlySet<string> = new Set([
  "aws:principalorgid",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceowner",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:userid",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
]);
