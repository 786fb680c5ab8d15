import type { RequestContext } from "./policy-document.ts";
import { matchesGlob, type PolicyText, resolveText, type TextPiece } from "./policy-text.ts";

/** `arn`, partition, service, region, account, and the resource with all its colons. */
export type ArnPattern = readonly [PolicyText, PolicyText, PolicyText, PolicyText, PolicyText, PolicyText];

/** @returns `undefined` for a text of fewer than six components */
export function toArnPattern(text: PolicyText): ArnPattern | undefined {
  const [arn, partition, service, region, account, resource] = splitAtColons(text);
  if (!arn || !partition || !service || !region || !account || !resource) return undefined;
  return [arn, partition, service, region, account, resource];
}

/** Cut a text at its first five colons; those of variables do not count. */
export function splitAtColons(text: PolicyText): TextPiece[][] {
  let component: TextPiece[] = [];
  const components = [component];
  for (const piece of text) {
    if (typeof piece !== "string") {
      component.push(piece);
      continue;
    }
    let start = 0;
    let colon = piece.indexOf(":");
    while (colon !== -1 && components.length < ARN_COMPONENTS) {
      if (colon > start) component.push(piece.slice(start, colon));
      component = [];
      components.push(component);
      start = colon + 1;
      colon = piece.indexOf(":", start);
    }
    if (start < piece.length) component.push(piece.slice(start));
  }
  return components;
}

/**
 * "Each of the six colon-delimited components of the ARN is checked separately and each can include
 * multi-character match wildcards (*) or single-character match wildcards (?)." So a wildcard stops at the first
 * five colons, and not at a slash or at the colons of a key.
 *
 * AWS also says that a `*` which ends a component "can expand to match beyond the colon boundaries", but not
 * when. This one does not: in the ARNs of buckets and objects, nothing could tell it apart except a key that is
 * made for it.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesArn(pattern: ArnPattern, arn: string, context: RequestContext): boolean {
  const components = splitAtColons([arn]);
  return (
    components.length === ARN_COMPONENTS &&
    pattern.every((component, index) => {
      const resolved = resolveText(component, context);
      const [text = ""] = components[index] ?? [];
      return resolved !== undefined && typeof text === "string" && matchesGlob(resolved, text);
    })
  );
}

const ARN_COMPONENTS = 6;
