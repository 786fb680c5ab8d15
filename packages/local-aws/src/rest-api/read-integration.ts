import { MAX_INTEGRATION_MS } from "./limits.ts";
import type { AwsIntegration, MockIntegration, Operation } from "./openapi-document.ts";
import type { Integration, IntegrationResponse, Mapping } from "./rest-definition.ts";
import {
  parseRequestSource,
  parseRequestTarget,
  parseResponseSource,
  parseResponseTarget,
  type RequestPlace,
} from "./value-source.ts";

type Declared = readonly { place: RequestPlace; name: string }[];

/** @throws {Error} for what API Gateway would refuse, or the stand-in does not know */
export function readIntegration(operation: Operation, declared: Declared): Integration {
  const integration = operation["x-amazon-apigateway-integration"];
  const common = {
    contentHandling: integration.contentHandling,
    responses: readResponses(integration, operation),
  };
  return integration.type === "mock"
    ? { kind: "mock", ...common, status: readMockStatus(integration) }
    : { kind: "s3", ...common, ...readS3Request(integration, declared) };
}

const S3_URI = /^arn:aws:apigateway:([a-z\d-]+):s3:path\/([^?#]+)$/;

function readS3Request(integration: AwsIntegration, declared: Declared) {
  const [, region, pathTemplate] = S3_URI.exec(integration.uri) ?? [];
  if (region === undefined || pathTemplate === undefined) {
    throw new Error(`${integration.uri} is no path of S3: no other service is known here`);
  }
  const mappings = Object.entries(integration.requestParameters).map(([target, source]) =>
    readMapping(target, source, declared),
  );
  for (const [, name] of pathTemplate.matchAll(/\{([^}]*)\}/g)) {
    if (!mappings.some((mapping) => mapping.place === "path" && mapping.name === name)) {
      throw new Error(`nothing is mapped to {${name}} of the integration's path`);
    }
  }
  return {
    httpMethod: integration.httpMethod,
    region,
    pathTemplate,
    roleArn: integration.credentials,
    mappings,
    timeoutMs: integration.timeoutInMillis ?? MAX_INTEGRATION_MS,
  };
}

/**
 * The gateway's own: with one of these a method answers 500, which its log calls a configuration error.
 * Content-MD5 never reaches an endpoint.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const UNMAPPABLE_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "host",
  "proxy-authenticate",
  "te",
  "transfer-encoding",
  "upgrade",
  "x-amzn-trace-id",
]);

function readMapping(target: string, expression: string, declared: Declared): Mapping {
  const { place, name } = parseRequestTarget(target);
  if (place === "header" && UNMAPPABLE_HEADERS.has(name.toLowerCase())) {
    throw new Error(`the header ${name} cannot be mapped`);
  }
  const source = parseRequestSource(expression);
  const isUndeclared =
    source.from === "request" &&
    !declared.some((parameter) => parameter.place === source.place && parameter.name === source.name);
  if (isUndeclared) throw new Error(`${expression} is no parameter of the method`);
  return { place, name, source };
}

/** "Either a regular expression … or `default` to catch any response that you haven't configured." */
function readResponses(
  { responses }: AwsIntegration | MockIntegration,
  operation: Operation,
): IntegrationResponse[] {
  const { default: fallback, ...others } = responses;
  const listed = [...Object.entries(others), ...(fallback === undefined ? [] : [[".*", fallback] as const])];
  return listed.map(([pattern, response]) => {
    const methodResponse = operation.responses[response.statusCode];
    if (methodResponse === undefined) throw new Error(`the method has no response ${response.statusCode}`);
    const expression = new RegExp(`^(?:${pattern})$`);
    return {
      matches: (status) => expression.test(status),
      status: Number(response.statusCode),
      contentHandling: response.contentHandling,
      headers: Object.entries(response.responseParameters ?? {}).map(([target, source]) => {
        const name = parseResponseTarget(target);
        if (methodResponse.headers?.[name] === undefined) {
          throw new Error(`the method's response ${response.statusCode} has no header ${name}`);
        }
        return { name, source: parseResponseSource(source) };
      }),
    };
  });
}

/** A template that only names a status; no other is known here. */
function readMockStatus({ requestTemplates }: MockIntegration): number {
  const template = requestTemplates["application/json"];
  const [, status] = /^\s*\{\s*"statusCode"\s*:\s*(\d{3})\s*\}\s*$/.exec(template) ?? [];
  if (status === undefined) throw new Error(`${template} is no template that is known here`);
  return Number(status);
}
