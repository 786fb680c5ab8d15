import { decode, lastValue, type NamedValues, type RestRequest } from "./rest-request.ts";
import type { Routed } from "./route-request.ts";
import type { RequestPlace, ValueSource } from "./value-source.ts";

/** One request with all that is known of it. */
export interface Invocation {
  readonly request: RestRequest;
  readonly routed: Routed;
  readonly requestId: string;
  readonly stage: string;
  readonly now: Date;
  /** What the authorizer said, as text; empty before it was asked, and without one. */
  readonly authorizer: ReadonlyMap<string, string>;
}

/**
 * The value of an expression. What the authorizer said comes from there alone: no header or query parameter can
 * stand in for it.
 *
 * @param answerHeaders - of what the integration answered, with their names as it wrote them
 * @returns `undefined` for what is not there, and what is empty: nothing is mapped then
 */
export function evaluateSource(
  source: ValueSource,
  invocation: Invocation,
  answerHeaders: NamedValues = [],
): string | undefined {
  return findValue(source, invocation, answerHeaders) || undefined;
}

function findValue(
  source: ValueSource,
  invocation: Invocation,
  answerHeaders: NamedValues,
): string | undefined {
  switch (source.from) {
    case "static":
      return source.value;
    case "request":
      return requestValue(source.place, source.name, invocation);
    case "authorizer":
      return invocation.authorizer.get(source.name);
    case "response":
      return lastValue(answerHeaders, source.name);
    case "context":
      return {
        requestId: invocation.requestId,
        httpMethod: invocation.request.method,
        stage: invocation.stage,
        resourcePath: invocation.routed.resource.path,
      }[source.name];
  }
}

/** "REST APIs decode URL-encoded request parameters before passing them to backend integrations." */
export function requestValue(
  place: RequestPlace,
  name: string,
  { request, routed }: Pick<Invocation, "request" | "routed">,
): string | undefined {
  if (place === "header") return lastValue(request.headers, name);
  if (place === "querystring") return lastValue(request.query, name);
  const segment = routed.pathParameters[name];
  return segment === undefined ? undefined : decode(segment);
}
