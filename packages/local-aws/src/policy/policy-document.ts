import type { ActionPattern } from "./action-patterns.ts";
import type { Condition } from "./parse-conditions.ts";
import type { Principals } from "./principals.ts";
import type { ResourcePattern } from "./resource-patterns.ts";

/**
 * What a policy is attached to: a role (`identity`), a session of a role (`session`), a bucket (`resource`), or
 * a role as the thing that is assumed (`trust`).
 */
export type PolicyKind = "identity" | "session" | "resource" | "trust";

/** A policy that was read and found valid, with its patterns compiled. */
export interface PolicyDocument {
  readonly kind: PolicyKind;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  /** `undefined` in identity and session policies, which are about whoever they are attached to. */
  readonly principals: Principals | undefined;
  readonly actions: Listed<ActionPattern>;
  /** `undefined` in trust policies, which are about the role they are attached to. */
  readonly resources: Listed<ResourcePattern> | undefined;
  /** All of them have to hold. */
  readonly conditions: readonly Condition[];
}

/** `Action` or `Resource`; `negated` for `NotAction` and `NotResource`, which mean all but what is listed. */
export interface Listed<T> {
  readonly negated: boolean;
  readonly patterns: readonly T[];
}

/** The condition keys of a request, in lower case, each with its values. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;
