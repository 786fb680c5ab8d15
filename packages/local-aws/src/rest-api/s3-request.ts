import { GatewayError } from "./gateway-error.ts";
import { evaluateSource, type Invocation } from "./invocation.ts";
import { lastValue } from "./rest-request.ts";
import type { S3Integration } from "./rest-definition.ts";
import type { RequestPlace } from "./value-source.ts";

export interface S3Request {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What goes to S3: the body, what is mapped, and the little that the gateway adds. */
export function toS3Request(integration: S3Integration, invocation: Invocation, body: Buffer): S3Request {
  const mapped = (place: RequestPlace) =>
    integration.mappings
      .filter((mapping) => mapping.place === place)
      .flatMap(({ name, source }) => {
        const value = evaluateSource(source, invocation);
        return value === undefined ? [] : [[name, value] as const];
      });
  const sent = integration.httpMethod === "PUT" || integration.httpMethod === "POST" ? body : NO_BODY;
  const query = mapped("querystring").map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return {
    method: integration.httpMethod,
    path: `/${fillPath(integration.pathTemplate, new Map(mapped("path")))}${query.length > 0 ? `?${query.join("&")}` : ""}`,
    headers: { ...toDefaultHeaders(invocation, sent), ...lowerCased(mapped("header")) },
    body: sent,
  };
}

const NO_BODY = Buffer.alloc(0);

function fillPath(template: string, values: ReadonlyMap<string, string>): string {
  return template.replaceAll(/\{([^}]*)\}/g, (_match, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new GatewayError("API_CONFIGURATION_ERROR", `{${name}} has no value`);
    return encodePath(value);
  });
}

/**
 * "REST APIs URL-encode the percent character (%) before passing it to backend integrations", and all that a URI
 * cannot hold. A plus sign stays as it is, which S3 reads as a space and refuses as a wrong signature
 * (https://github.com/aws/aws-sdk-java/issues/1902). So a value is never encoded before it is mapped.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
function encodePath(value: string): string {
  return encodeURI(value).replaceAll("?", "%3F").replaceAll("#", "%23");
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The client's Content-Type goes on where none is mapped; nothing else of the client's does. */
function toDefaultHeaders({ request }: Invocation, body: Buffer): Record<string, string> {
  const contentType =
    lastValue(request.headers, "Content-Type") ?? lastValue(request.headers, "content-type");
  return {
    accept: "application/json",
    "user-agent": "AmazonAPIGateway_local",
    "content-length": String(body.length),
    ...(body.length > 0 ? { "content-type": contentType ?? "application/json" } : {}),
  };
}

function lowerCased(headers: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}
