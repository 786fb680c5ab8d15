import fc from "fast-check";
import type { PolicyKind } from "../parse-policy.ts";
import { arbitraryConditions } from "./arbitrary-conditions.ts";
import {
  ACCOUNT,
  OTHER_ACCOUNT,
  OTHER_ROLE,
  OTHER_SESSION,
  ROLE,
  ROOT,
  SESSION,
  TARGET_ROLE,
} from "./names.ts";

/** A statement that is valid in a policy of a kind, except that S3 may find that its parts do not go together. */
export function arbitraryStatement(kind: PolicyKind): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .record({
      Effect: fc.constantFrom("Allow", "Allow", "Deny"),
      actions: kind === "trust" ? trustActions : actions,
      resources: kind === "trust" ? fc.constant({}) : resources(kind),
      conditions: fc.option(arbitraryConditions(kind), { nil: {}, freq: 1 }),
    })
    .chain(({ Effect, actions: action, resources: resource, conditions }) =>
      (kind === "resource" || kind === "trust" ? principals(kind, Effect) : fc.constant({})).map(
        (principal) => ({
          Effect,
          ...principal,
          ...action,
          ...resource,
          ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
        }),
      ),
    );
}

const ACTIONS = [
  "*",
  "s3:*",
  "s3:GetObject",
  "S3:getobject",
  "s3:PutObject",
  "s3:*Object",
  "s3:?etObject",
  "s3:List*",
  "s3:ListBucket",
  "s3:*e*t*",
];

const actions = element("Action", fc.constantFrom(...ACTIONS));
const trustActions = fc
  .constantFrom("sts:AssumeRole", "sts:assumerole", "sts:AssumeRole*", "sts:TagSession", "sts:Assume?ole")
  .map((action) => ({ Action: action }));

function resources(kind: PolicyKind): fc.Arbitrary<Record<string, unknown>> {
  const piece = fc.constantFrom("a", "b", "/", "home", "*", "?", "ann", "x", ":", "{a}", "${$}", "${?}");
  const resolved = fc.constantFrom("${aws:userid}", "${aws:PrincipalTag/team, 'a'}", "${AWS:UserId}");
  const unresolved = fc.constantFrom("${aws:PrincipalTag/team}", "${aws:username}");
  const bucket = fc.constantFrom("bucket", "bucket*", "b?cket", "other", "*");
  const arn = (pieces: fc.Arbitrary<string>) =>
    fc
      .tuple(bucket, fc.boolean(), fc.array(pieces, { minLength: 1, maxLength: 4 }))
      .map(([name, isBucket, key]) => `arn:aws:s3:::${name}${isBucket ? "" : `/${key.join("")}`}`);
  const whole =
    kind === "identity"
      ? fc.constantFrom("*", "arn:*:s3:::bucket/*", "arn:aws:s3:*:*:bucket/*", "arn:aws:s3:::*", TARGET_ROLE)
      : kind === "session"
        ? fc.constantFrom("*", "arn:aws:s3:::*", "arn:aws:iam::*:role/*")
        : fc.constantFrom("arn:aws:s3:::*", "arn:aws:s3:::bucket/*");
  // IAM completes an ARN that is too short. The other evaluator does so too, but never inverts such a match.
  const short = kind === "identity" ? [fc.constantFrom("arn:aws:s3", "arn:aws:iam", "arn:aws:s3:*")] : [];
  return fc.oneof(
    {
      weight: 4,
      arbitrary: element(
        "Resource",
        fc.oneof(whole, arn(fc.oneof(piece, resolved, unresolved)), ...short),
        false,
      ),
    },
    // AWS says that a pattern with a variable without value "will not match any resource" in NotResource, so that
    // it excepts none. The other evaluator lets the whole statement not apply.
    { weight: 1, arbitrary: element("NotResource", fc.oneof(whole, arn(fc.oneof(piece, resolved))), false) },
  );
}

function principals(kind: "resource" | "trust", effect: string): fc.Arbitrary<Record<string, unknown>> {
  const everyone = kind === "trust" ? { AWS: "*" } : "*"; // the short form is S3's
  const name = fc.constantFrom(ACCOUNT, ROOT, ROLE, SESSION, OTHER_ROLE, OTHER_SESSION, OTHER_ACCOUNT, "*");
  const principal = fc.oneof(
    fc.constantFrom<unknown>(everyone, { AWS: ROLE }, { AWS: SESSION }, { Service: "lambda.amazonaws.com" }),
    fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => ({ AWS: names })),
  );
  if (kind === "trust" || effect === "Allow") return principal.map((value) => ({ Principal: value }));
  // AWS spares a session where account, role and session are all listed; the other evaluator where any one is.
  const spared = fc.constantFrom<unknown>(
    { AWS: [ACCOUNT, ROLE, SESSION] },
    { AWS: [ROOT, ROLE, SESSION, OTHER_ROLE] },
    "*",
  );
  const notSpared = fc.constantFrom<unknown>(
    { AWS: [OTHER_ROLE, OTHER_SESSION] },
    { AWS: OTHER_ACCOUNT },
    { Service: "cloudtrail.amazonaws.com" },
  );
  return fc.oneof(
    { weight: 3, arbitrary: principal.map((value) => ({ Principal: value })) },
    { weight: 1, arbitrary: fc.oneof(spared, notSpared).map((value) => ({ NotPrincipal: value })) },
  );
}

/** One value, or a list; as the element or as its opposite. */
function element(
  name: string,
  value: fc.Arbitrary<string>,
  withOpposite = true,
): fc.Arbitrary<Record<string, unknown>> {
  const values = fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));
  return fc
    .tuple(values, fc.constantFrom(false, false, false, withOpposite))
    .map(([listed, negated]) => ({ [negated ? `Not${name}` : name]: listed }));
}
