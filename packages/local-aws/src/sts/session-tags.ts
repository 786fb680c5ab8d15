import type { SessionTag, SignedCaller } from "../identity/caller.ts";
import { listMembers, type Parameters } from "./query-parameters.ts";
import { validationError } from "./sts-error.ts";

export interface SessionTags {
  /** Of the new session: what came with the call, and what the caller's own session passes on. */
  tags: readonly SessionTag[];
  /** What came with the call. */
  requested: readonly SessionTag[];
  transitiveTagKeys: readonly string[];
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Read `Tags` and `TransitiveTagKeys`, and add the transitive tags of the caller's session.
 *
 * @throws {StsError} `ValidationError`
 */
export function parseSessionTags(parameters: Parameters, caller: SignedCaller): SessionTags {
  const requested = listMembers(parameters, "Tags").map((member) => ({
    key: member.get("Key") ?? "",
    value: member.get("Value") ?? "",
  }));
  for (const tag of requested) checkTag(tag);
  const inherited = transitiveTags(caller);
  const tags = [...inherited, ...requested];
  if (tags.length > MAX_TAGS) throw validationError(`A session has at most ${MAX_TAGS} tags.`);
  const keys = new Set(requested.map(({ key }) => key.toLowerCase()));
  if (keys.size < requested.length) {
    throw validationError("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  const taken = inherited.find(({ key }) => keys.has(key.toLowerCase()));
  if (taken !== undefined) {
    throw validationError(
      `The tag key ${taken.key} is inherited from the calling session and cannot be passed again.`,
    );
  }
  return { tags, requested, transitiveTagKeys: parseTransitiveKeys(parameters, { requested, inherited }) };
}

function transitiveTags(caller: SignedCaller): readonly SessionTag[] {
  if (caller.kind !== "role-session") return [];
  return caller.tags.filter(({ key }) => caller.transitiveTagKeys.includes(key));
}

/** What was transitive stays so. */
function parseTransitiveKeys(
  parameters: Parameters,
  { requested, inherited }: { requested: readonly SessionTag[]; inherited: readonly SessionTag[] },
): string[] {
  const named = listMembers(parameters, "TransitiveTagKeys").map((member) => member.get("") ?? "");
  const keys = named.map((name) => {
    const tag = requested.find(({ key }) => key.toLowerCase() === name.toLowerCase());
    if (tag !== undefined) return tag.key;
    throw validationError(
      `The transitive tag key ${JSON.stringify(name)} must be the key of a tag in the request.`,
    );
  });
  return [...inherited.map(({ key }) => key), ...keys];
}

function checkTag({ key, value }: SessionTag): void {
  if (key === "" || key.length > MAX_KEY_LENGTH || !ALLOWED.test(key)) {
    throw validationError(`A tag key is 1 to ${MAX_KEY_LENGTH} letters, digits, spaces and _.:/=+-@`);
  }
  if (value.length > MAX_VALUE_LENGTH || !ALLOWED.test(value)) {
    throw validationError(`A tag value is up to ${MAX_VALUE_LENGTH} letters, digits, spaces and _.:/=+-@`);
  }
  if (/^aws:/i.test(key)) throw validationError("The prefix aws: of tag keys is Amazon's own.");
}
