/** Where a mapping takes its value from. */
export type ValueSource =
  | { readonly from: "static"; readonly value: string }
  | { readonly from: "request"; readonly place: RequestPlace; readonly name: string }
  | { readonly from: "authorizer"; readonly name: string }
  | { readonly from: "context"; readonly name: ContextName }
  | { readonly from: "response"; readonly name: string };

export type RequestPlace = (typeof REQUEST_PLACES)[number];
const REQUEST_PLACES = ["header", "querystring", "path"] as const;

/** The variables of a request that an expression may name beside those of the authorizer. */
type ContextName = (typeof CONTEXT_NAMES)[number];
const CONTEXT_NAMES = ["requestId", "httpMethod", "stage", "resourcePath"] as const;

const NAME = String.raw`[a-zA-Z\d_$-]+(?:\.[a-zA-Z\d_$-]+)*`;
const TARGET = new RegExp(String.raw`^integration\.request\.(header|querystring|path)\.(${NAME})$`);
const RESPONSE_TARGET = new RegExp(String.raw`^method\.response\.header\.(${NAME})$`);
const REQUEST_SOURCE = new RegExp(String.raw`^method\.request\.(header|querystring|path)\.(${NAME})$`);
const RESPONSE_SOURCE = new RegExp(String.raw`^integration\.response\.header\.(${NAME})$`);

/**
 * The left side of a mapping of `requestParameters`.
 *
 * @throws {Error} for an expression that API Gateway, or this stand-in, does not know
 */
export function parseRequestTarget(expression: string): { place: RequestPlace; name: string } {
  const [, place, name] = TARGET.exec(expression) ?? [];
  return { place: parsePlace(place, expression), name: name ?? "" };
}

/**
 * The right side of a mapping of `requestParameters`.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
 *
 * @throws {Error} as above
 */
export function parseRequestSource(expression: string): ValueSource {
  const [isRequest, place, name] = REQUEST_SOURCE.exec(expression) ?? [];
  if (isRequest === undefined) return parseCommonSource(expression);
  return { from: "request", place: parsePlace(place, expression), name: name ?? "" };
}

/** The left side of a mapping of `responseParameters`: the name of a header. */
export function parseResponseTarget(expression: string): string {
  const [, name] = RESPONSE_TARGET.exec(expression) ?? [];
  if (name === undefined) throw unknownExpression(expression);
  return name;
}

/** The right side of a mapping of `responseParameters`. */
export function parseResponseSource(expression: string): ValueSource {
  const [, name] = RESPONSE_SOURCE.exec(expression) ?? [];
  return name === undefined ? parseCommonSource(expression) : { from: "response", name };
}

function parseCommonSource(expression: string): ValueSource {
  const [, value] = /^'([^']*)'$/.exec(expression) ?? [];
  if (value !== undefined) return { from: "static", value };
  const [, authorizerName] = /^context\.authorizer\.([a-zA-Z\d_$-]+)$/.exec(expression) ?? [];
  if (authorizerName !== undefined) return { from: "authorizer", name: authorizerName };
  const context = CONTEXT_NAMES.find((name) => expression === `context.${name}`);
  if (context !== undefined) return { from: "context", name: context };
  throw unknownExpression(expression);
}

function parsePlace(text: string | undefined, expression: string): RequestPlace {
  const place = REQUEST_PLACES.find((known) => known === text);
  if (place === undefined) throw unknownExpression(expression);
  return place;
}

function unknownExpression(expression: string): Error {
  return new Error(`unknown mapping expression ${JSON.stringify(expression)}`);
}
