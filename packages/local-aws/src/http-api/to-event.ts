import type { IncomingMessage } from "node:http";
import type {
  APIGatewayEventRequestContextJWTAuthorizer,
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
} from "aws-lambda";

/** A payload 2.0 event, with what a JWT authorizer adds where one was asked. */
export type HttpApiEvent = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { authorizer?: APIGatewayEventRequestContextJWTAuthorizer }
>;

/**
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * @param options.headers - as `toEventHeaders` gives them
 */
export function toEvent(options: {
  message: IncomingMessage;
  headers: Record<string, string>;
  body: Buffer;
  jwt: APIGatewayEventRequestContextJWTAuthorizer["jwt"] | undefined;
  requestId: string;
  now: Date;
}): HttpApiEvent {
  const { message, headers, body, jwt, requestId, now } = options;
  const [rawPath = "/", rawQueryString = ""] = splitTarget(message.url ?? "/");
  const cookies = splitCookies(message.headers.cookie);
  const isBase64Encoded = body.length > 0 && !isText(headers["content-type"]);
  const domainName = headers["host"]?.replace(/:\d+$/, "") ?? "";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(rawQueryString === "" ? {} : { queryStringParameters: parseQuery(rawQueryString) }),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      ...(jwt === undefined ? {} : { authorizer: { jwt } }),
      domainName,
      domainPrefix: domainName.split(".")[0] ?? "",
      http: {
        method: message.method ?? "",
        path: decodePath(rawPath),
        protocol: `HTTP/${message.httpVersion}`,
        sourceIp: message.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: toLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 ? { body: body.toString(isBase64Encoded ? "base64" : "utf8") } : {}),
    isBase64Encoded,
  };
}

/** Names in lower case, repeated ones joined by commas; cookies have a place of their own. */
export function toEventHeaders(message: IncomingMessage): Record<string, string> {
  const headers = Object.entries(message.headersDistinct)
    .filter(([name]) => name !== "cookie")
    .map(([name, values]) => [name, (values ?? []).join(",")] as const);
  return {
    ...Object.fromEntries(headers),
    "x-forwarded-for": message.socket.remoteAddress ?? "",
    "x-forwarded-port": String(message.socket.localPort ?? ""),
    "x-forwarded-proto": "http",
  };
}

/** Anything else reaches the function as base64. */
function isText(contentType: string | undefined): boolean {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  return /^(text\/.+|application\/(json|javascript|xml|.+\+json|.+\+xml))$/.test(type);
}

function splitTarget(target: string): string[] {
  const questionMark = target.indexOf("?");
  if (questionMark < 0) return [target];
  return [target.slice(0, questionMark), target.slice(questionMark + 1)];
}

function splitCookies(header: string | undefined): string[] {
  return (header ?? "")
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== "");
}

function parseQuery(rawQueryString: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = values[name];
    values[name] = before === undefined ? value : `${before},${value}`;
  }
  return values;
}

function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch {
    return rawPath;
  }
}

/** `12/Mar/2020:19:03:58 +0000` */
function toLogTime(now: Date): string {
  // "Thu, 12 Mar 2020 19:03:58 GMT"
  const [, day, month, year, time] = now.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
