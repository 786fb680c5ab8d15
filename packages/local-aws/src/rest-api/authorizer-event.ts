import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { ACCOUNT_ID } from "../identity/account.ts";
import type { Invocation } from "./invocation.ts";
import { lastValue, type NamedValues } from "./rest-request.ts";

/** Of the stand-in's only API. */
const API_ID = "local";

/**
 * What an authorizer of the type REQUEST is invoked with.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function toAuthorizerEvent(invocation: Invocation, region: string): APIGatewayRequestAuthorizerEvent {
  const { request, routed, requestId, stage, now } = invocation;
  const { method, path, headers, query } = request;
  const domainName = (lastValue(headers, "Host") ?? lastValue(headers, "host") ?? "").replace(/:\d+$/, "");
  return {
    type: "REQUEST",
    methodArn: toMethodArn(invocation, region),
    resource: routed.resource.path,
    path,
    httpMethod: method,
    headers: toSingleValues(headers),
    multiValueHeaders: toMultiValues(headers),
    queryStringParameters: toSingleValues(query),
    multiValueQueryStringParameters: toMultiValues(query),
    pathParameters: { ...routed.pathParameters },
    stageVariables: {},
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: API_ID,
      authorizer: undefined,
      domainName,
      domainPrefix: domainName.split(".")[0] ?? "",
      extendedRequestId: requestId,
      httpMethod: method,
      identity: { ...NOBODY, ...toIdentity(headers) },
      path: `/${stage}${path}`,
      protocol: "HTTP/1.1",
      requestId,
      requestTime: toLogTime(now),
      requestTimeEpoch: now.getTime(),
      resourceId: routed.resource.path,
      resourcePath: routed.resource.path,
      stage,
    },
  };
}

/** `arn:aws:execute-api:region:account:api/stage/PUT/objects/a%2Fb`: the path as it was sent. */
export function toMethodArn({ request, stage }: Invocation, region: string): string {
  return `arn:aws:execute-api:${region}:${ACCOUNT_ID}:${API_ID}/${stage}/${request.method}${request.path}`;
}

const NOBODY = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

function toIdentity(headers: NamedValues): { sourceIp: string; userAgent: string | null } {
  return {
    sourceIp: lastValue(headers, "X-Forwarded-For") ?? "",
    userAgent: lastValue(headers, "User-Agent") ?? lastValue(headers, "user-agent") ?? null,
  };
}

function toSingleValues(values: NamedValues): Record<string, string> {
  return Object.fromEntries(values);
}

function toMultiValues(values: NamedValues): Record<string, string[]> {
  const names = new Set(values.map(([name]) => name));
  return Object.fromEntries(
    [...names].map((name) => [name, values.filter((entry) => entry[0] === name).map(([, value]) => value)]),
  );
}

/** `12/Mar/2020:19:03:58 +0000` */
function toLogTime(now: Date): string {
  // "Thu, 12 Mar 2020 19:03:58 GMT"
  const [, day, month, year, time] = now.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
