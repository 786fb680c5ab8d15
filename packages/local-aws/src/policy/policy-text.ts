import { findConditionKey } from "./condition-keys.ts";
import type { RequestContext } from "./policy-document.ts";

/** A string of a policy, cut where its wildcards and variables are. Literal pieces are never empty. */
export type PolicyText = readonly TextPiece[];
export type TextPiece = string | Wildcard | Variable;

/** `*` for any run of characters, also an empty one; `?` for exactly one. */
export interface Wildcard {
  readonly wildcard: "*" | "?";
}

/** `${aws:userid}` or `${aws:userid, 'default'}`. */
interface Variable {
  readonly key: string; // in lower case, as in a request's context
  readonly fallback: string | undefined;
}

/**
 * Read a string of a policy.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 *
 * @returns `{ problem }` for a variable that is not closed, or whose key is unknown or has many values
 */
export function parsePolicyText(
  text: string,
  options: { variables: boolean; wildcards: boolean },
): PolicyText | { readonly problem: string } {
  const pieces: TextPiece[] = [];
  let literal = "";
  const push = (piece: TextPiece) => {
    if (literal !== "") pieces.push(literal);
    literal = "";
    pieces.push(piece);
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (options.wildcards && (character === "*" || character === "?")) {
      push({ wildcard: character });
    } else if (options.variables && text.startsWith("${", index)) {
      const end = text.indexOf("}", index);
      if (end === -1) return { problem: "a variable without its closing brace" };
      const inner = text.slice(index + 2, end);
      if (ESCAPES.has(inner)) {
        literal += inner;
      } else {
        const variable = parseVariable(inner);
        if (variable === undefined) return { problem: `unknown variable \${${inner}}` };
        push(variable);
      }
      index = end;
    } else {
      literal += character;
    }
  }
  if (literal !== "") pieces.push(literal);
  return pieces;
}

/** `${*}`, `${?}` and `${$}` stand for the characters themselves. */
const ESCAPES: ReadonlySet<string> = new Set(["*", "?", "$"]);

function parseVariable(inner: string): Variable | undefined {
  const match = /^([^,']+)(?:, '([^']*)')?$/.exec(inner);
  if (match === null) return undefined;
  const [, name = "", fallback] = match;
  const key = findConditionKey(name);
  // "You can use any single-valued condition key as a variable. You can't use a multivalued condition key."
  return key === undefined || key.multivalued ? undefined : { key: key.name, fallback };
}

/** Whether a string matches, with the variables' values taken from the request. */
export function matchesText(pattern: PolicyText, text: string, context: RequestContext): boolean {
  const resolved = resolveText(pattern, context);
  return resolved !== undefined && matchesGlob(resolved, text);
}

/**
 * Put the variables' values in. They are taken literally: an asterisk in a tag is no wildcard.
 *
 * @returns `undefined` when a variable has no value (or an empty one) and no default: "the value is
 *   effectively null", and such a text matches nothing
 */
export function resolveText(pattern: PolicyText, context: RequestContext): ResolvedText | undefined {
  const resolved: (string | Wildcard)[] = [];
  for (const piece of pattern) {
    if (typeof piece === "string" || "wildcard" in piece) {
      resolved.push(piece);
      continue;
    }
    const value = variableValue(piece, context);
    if (value === undefined) return undefined;
    if (value !== "") resolved.push(value);
  }
  return resolved;
}

export type ResolvedText = readonly (string | Wildcard)[];

function variableValue(variable: Variable, context: RequestContext): string | undefined {
  const values = context.get(variable.key) ?? [];
  if (values.length > 1) return undefined;
  const [value = ""] = values;
  return value === "" ? variable.fallback : value;
}

/**
 * Match in time proportional to both lengths at worst: each `*` takes the shortest run that lets the pieces
 * up to the next one follow, which loses no match. Regular expressions would backtrack through all `*`.
 */
export function matchesGlob(pattern: ResolvedText, text: string): boolean {
  let piece = 0;
  let position = 0;
  let afterStar = -1; // the piece behind the last `*`, and where in the text it was tried
  let tried = 0;
  while (position < text.length) {
    const current = pattern[piece];
    if (typeof current === "object" && current.wildcard === "*") {
      piece += 1;
      afterStar = piece;
      tried = position;
      continue;
    }
    const width = widthOf(current, text, position);
    if (width > 0) {
      piece += 1;
      position += width;
    } else if (afterStar === -1) {
      return false;
    } else {
      tried += 1;
      piece = afterStar;
      position = tried;
    }
  }
  while (isStar(pattern[piece])) piece += 1;
  return piece === pattern.length;
}

/** How many UTF-16 units of the text a piece takes; 0 when it does not match there. */
function widthOf(piece: string | Wildcard | undefined, text: string, position: number): number {
  if (piece === undefined) return 0;
  if (typeof piece === "string") return text.startsWith(piece, position) ? piece.length : 0;
  return (text.codePointAt(position) ?? 0) > 0xff_ff ? 2 : 1; // `?` is one character, also outside the BMP
}

function isStar(piece: string | Wildcard | undefined): boolean {
  return typeof piece === "object" && piece.wildcard === "*";
}
