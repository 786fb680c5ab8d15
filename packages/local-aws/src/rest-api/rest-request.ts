import type { IncomingMessage } from "node:http";
import { GatewayError } from "./gateway-error.ts";

/** A request as authorizers and mappings see it. */
export interface RestRequest {
  readonly method: string;
  /** Below the stage, as sent, still encoded. */
  readonly path: string;
  /** In the order sent, names as sent: they are looked up "in a case-sensitive way". */
  readonly headers: NamedValues;
  /** Decoded. */
  readonly query: NamedValues;
}

/** Repeated names are repeated. */
export type NamedValues = readonly (readonly [name: string, value: string])[];

/**
 * They never reach an authorizer or a mapping. That Content-Length is one of them is not documented, but what
 * others have seen of AWS.
 *
 * Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html,
 * https://github.com/localstack/localstack/blob/main/localstack-core/localstack/services/apigateway/next_gen/execute_api/header_utils.py
 */
const DROPPED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
]);

const FORWARDED = /^x-forwarded-(?:for|port|proto)$/;

/** @throws {GatewayError} for another stage, and a query string that is not supported */
export function readRestRequest(message: IncomingMessage, stage: string): RestRequest {
  const [, path = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(message.url ?? "") ?? [];
  const prefix = `/${stage}`;
  if (path !== prefix && !path.startsWith(`${prefix}/`))
    throw new GatewayError("UNKNOWN_STAGE", "another stage");
  const headers = readHeaders(message);
  return {
    method: findMethodOverride(headers) ?? message.method ?? "",
    path: path.slice(prefix.length) || "/",
    headers,
    query: parseQuery(query),
  };
}

/**
 * "When sending requests to an API by passing the X-HTTP-Method-Override header, API Gateway overrides the method."
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
function findMethodOverride(headers: NamedValues): string | undefined {
  return headers.findLast(([name]) => name.toLowerCase() === "x-http-method-override")?.[1];
}

/** The one that counts where one is asked for, as for the `headers` of an event. */
export function lastValue(values: NamedValues, name: string): string | undefined {
  return values.findLast(([candidate]) => candidate === name)?.[1];
}

function readHeaders({ rawHeaders, socket }: IncomingMessage): NamedValues {
  const sent: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    const lowerCase = name.toLowerCase();
    if (!DROPPED_HEADERS.has(lowerCase) && !FORWARDED.test(lowerCase)) sent.push([name, value]);
  }
  return [
    ...sent,
    ["X-Forwarded-For", socket.remoteAddress ?? ""],
    ["X-Forwarded-Port", String(socket.localPort ?? "")],
    ["X-Forwarded-Proto", "http"],
  ];
}

/**
 * "The pipe character and the curly brace character are not supported for any request URL query string and must
 * be URL-encoded. The semicolon character is not supported … and results in the data being split."
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
function parseQuery(query: string): NamedValues {
  if (/[|{}]/.test(query)) throw new GatewayError("BAD_REQUEST", "the query string has | or { or }");
  return query
    .split(/[&;]/)
    .filter((parameter) => parameter !== "")
    .map((parameter) => {
      const [, name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(parameter) ?? [];
      return [decode(name.replaceAll("+", " ")), decode(value.replaceAll("+", " "))] as const;
    });
}

/** @throws {GatewayError} for a bad escape, or bytes that are not UTF-8 */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new GatewayError("BAD_REQUEST", "a bad escape", { cause });
  }
}
