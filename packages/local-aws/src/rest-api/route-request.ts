import { GatewayError } from "./gateway-error.ts";
import type { Resource, RestMethod } from "./rest-definition.ts";

export interface Routed {
  readonly resource: Resource;
  readonly method: RestMethod;
  /** As sent, still encoded: an encoded slash does not end a segment. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * Find what a path means. Literal segments come before parameters, and a slash at the end means nothing.
 *
 * @param path - as sent
 * @throws {GatewayError} "Missing Authentication Token", whether it is the path that is unknown or the method
 */
export function routeRequest(resources: readonly Resource[], method: string, path: string): Routed {
  const sent = path.replace(/\/+$/, "").slice(1).split("/");
  const matches = resources
    .flatMap((resource) => {
      const pathParameters = matchSegments(resource, sent);
      return pathParameters === undefined ? [] : [{ resource, pathParameters }];
    })
    .toSorted((a, b) => Object.keys(a.pathParameters).length - Object.keys(b.pathParameters).length);
  const [match] = matches;
  const found = match?.resource.methods.get(method);
  if (match === undefined || found === undefined) {
    throw new GatewayError("MISSING_AUTHENTICATION_TOKEN", "there is no such method or path");
  }
  return { ...match, method: found };
}

function matchSegments(resource: Resource, sent: readonly string[]): Record<string, string> | undefined {
  if (resource.segments.length !== sent.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of resource.segments.entries()) {
    const text = sent[index] ?? "";
    if (text === "") return undefined;
    if ("parameter" in segment) parameters[segment.parameter] = text;
    else if (segment.literal !== text) return undefined;
  }
  return parameters;
}
