import { en } from "zod/locales";
import * as z from "zod/mini";
import { checkGatewayResponses } from "./gateway-response.ts";
import { type OpenApiDocument as Document, OpenApiDocument, type Operation } from "./openapi-document.ts";
import { readIntegration } from "./read-integration.ts";
import type { Authorizer, Resource, RestDefinition, RestMethod, Segment } from "./rest-definition.ts";
import { parseRequestSource, type RequestPlace } from "./value-source.ts";

/**
 * Read what API Gateway would import.
 *
 * @throws {Error} that says where there is something that API Gateway would refuse, or that the stand-in does not
 *   know
 */
export function readDefinition(document: unknown): RestDefinition {
  const parsed = OpenApiDocument.safeParse(document, { error: en().localeError });
  if (!parsed.success)
    throw new Error(`The definition cannot be executed:\n${z.prettifyError(parsed.error)}`);
  const gatewayResponses = parsed.data["x-amazon-apigateway-gateway-responses"] ?? {};
  inside("x-amazon-apigateway-gateway-responses", () => checkGatewayResponses(gatewayResponses));
  return {
    resources: Object.keys(parsed.data.paths).map((path) => readResource(path, parsed.data)),
    binaryMediaTypes: parsed.data["x-amazon-apigateway-binary-media-types"] ?? [],
    gatewayResponses,
  };
}

function readResource(path: string, document: Document): Resource {
  const segments = inside(path, () => parsePath(path));
  const methods = Object.entries(document.paths[path] ?? {}).flatMap(([name, operation]) => {
    const method = name.toUpperCase();
    return operation === undefined
      ? []
      : [[method, inside(`${method} ${path}`, () => readMethod(operation, segments, document))] as const];
  });
  return { path, segments, methods: new Map(methods) };
}

/**
 * "Path segments can only contain alphanumeric characters, underscores, hyphens, periods, commas, colons, and
 * curly braces. Path parameters must be separate path segments." Greedy ones (`{proxy+}`) are not known here.
 */
function parsePath(path: string): Segment[] {
  if (!path.startsWith("/") || path === "/")
    throw new Error("a path has to begin with / and name a resource");
  return path
    .slice(1)
    .split("/")
    .map((segment) => {
      const [, parameter] = /^\{(\w+)\}$/.exec(segment) ?? [];
      if (parameter !== undefined) return { parameter };
      if (!/^[\w.,:-]+$/.test(segment)) throw new Error(`${JSON.stringify(segment)} is no path segment`);
      return { literal: segment };
    });
}

function readMethod(operation: Operation, segments: readonly Segment[], document: Document): RestMethod {
  const declared = (operation.parameters ?? []).map(({ name, in: where, required = false }) => {
    const place: RequestPlace = where === "query" ? "querystring" : where;
    const isInPath = segments.some((segment) => "parameter" in segment && segment.parameter === name);
    if (place === "path" && !(isInPath && required))
      throw new Error(`{${name}} is not in the path, or not required`);
    return { place, name, required };
  });
  return {
    required: isValidated(operation, document) ? declared.filter(({ required }) => required) : [],
    authorizer: readAuthorizer(operation, document),
    integration: readIntegration(operation, declared),
  };
}

function isValidated(operation: Operation, document: Document): boolean {
  const name = operation["x-amazon-apigateway-request-validator"];
  if (name === undefined) return false;
  const validator = document["x-amazon-apigateway-request-validators"]?.[name];
  if (validator === undefined) throw new Error(`there is no request validator ${name}`);
  return validator.validateRequestParameters;
}

function readAuthorizer({ security = [] }: Operation, document: Document): Authorizer | undefined {
  const names = security.flatMap((requirement) => Object.keys(requirement));
  const [name] = names;
  if (name === undefined) return undefined;
  const scheme = document.components.securitySchemes[name];
  if (scheme === undefined || names.length > 1) throw new Error(`security names ${names.join(" and ")}`);
  const authorizer = scheme["x-amazon-apigateway-authorizer"];
  const expressions = authorizer.identitySource.split(",").map((expression) => expression.trim());
  const ttlSeconds = authorizer.authorizerResultTtlInSeconds;
  return {
    name,
    uri: authorizer.authorizerUri,
    ttlSeconds,
    identitySources: expressions.map((expression) => {
      const source = parseRequestSource(expression);
      const isIdentity = source.from === "context" || (source.from === "request" && source.place !== "path");
      if (isIdentity) return source;
      throw new Error(`${expression} is no identity source`);
    }),
  };
}

function inside<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
