import { EXPOSED_DOOR_HEADERS } from "@waybill/core";
import { Duration } from "aws-cdk-lib";
import {
  CorsHttpMethod,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { createLogGroup } from "./create-function.ts";
import type { Identity } from "./identity.ts";
import type { Domain } from "./stages.ts";
import { THROTTLE } from "./throttle.ts";

/** Routes on which the gateway asks for no token, and why that is right. */
export const OPEN_ROUTES: Record<string, { methods: HttpMethod[]; because: string }> = {
  "/health": { methods: [HttpMethod.GET], because: "It tells the version and the time." },
  "/auth.options": { methods: [HttpMethod.GET], because: "It tells how to log in, to those who have not." },
  "/downloads.create": {
    methods: [HttpMethod.POST],
    because: "An object may be public. The function verifies a token itself where there is one.",
  },
  "/objects/{key}": {
    methods: [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.PUT],
    because:
      "The door of the route lambda: each request carries a grant for itself, which the function verifies.",
  },
  "/s/{link}": {
    methods: [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST],
    because: "A share link is for whoever has it, and nobody can guess one.",
  },
};

/** Neither paths, which can hold the id of a share link, nor queries, which hold grants. */
const LOG_FIELDS = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  integrationMs: "$context.integrationLatency",
  integrationStatus: "$context.integrationStatus",
  responseBytes: "$context.responseLength",
  authorizerError: "$context.authorizer.error",
  error: "$context.error.responseType",
};

export interface Gateway {
  api: HttpApi;
  stage: HttpStage;
  /** Without a slash at its end. */
  url: string;
}

/** The API as page and programs see it, with nothing behind it yet: what will be needs to know where it is. */
export function createGateway(
  scope: Construct,
  options: { identity: Identity; origins: readonly string[]; domain?: Domain },
): Gateway {
  const { identity, domain } = options;
  const api = new HttpApi(scope, "HttpApi", {
    description: "The API of Waybill",
    createDefaultStage: false,
    disableExecuteApiEndpoint: domain !== undefined,
    defaultAuthorizer: new HttpJwtAuthorizer("Jwt", identity.issuer, { jwtAudience: identity.audience }),
    corsPreflight: {
      allowOrigins: [...options.origins],
      allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT],
      allowCredentials: true, // cookies of CloudFront
      // The first two by name, since with credentials * is none. Objects come with their metadata.
      allowHeaders: ["authorization", "content-type", "*"],
      exposeHeaders: [...EXPOSED_DOOR_HEADERS],
      maxAge: Duration.minutes(10),
    },
  });
  const domainName = domain && createDomainName(scope, domain);
  const stage = new HttpStage(scope, "HttpApiStage", {
    httpApi: api,
    stageName: "$default",
    autoDeploy: true,
    throttle: THROTTLE,
    accessLogSettings: {
      destination: new LogGroupLogDestination(createLogGroup(scope, "HttpApiLog")),
      format: AccessLogFormat.custom(JSON.stringify(LOG_FIELDS)),
    },
    ...(domainName === undefined ? {} : { domainMapping: { domainName } }),
  });
  return { api, stage, url: domain === undefined ? api.apiEndpoint : `https://${domain.name}` };
}

export function addRoutes({ api }: Gateway, handler: IFunction): void {
  const integration = new HttpLambdaIntegration("Api", handler, { scopePermissionToRoute: false });
  api.addRoutes({ path: "/{proxy+}", methods: [HttpMethod.GET, HttpMethod.POST], integration });
  for (const [path, { methods, because }] of Object.entries(OPEN_ROUTES)) {
    const routes = api.addRoutes({ path, methods, integration, authorizer: new HttpNoneAuthorizer() });
    for (const route of routes) acknowledge(route, { "AwsSolutions-APIG4": because });
  }
}

function createDomainName(scope: Construct, { name, certificateArn }: Domain): DomainName {
  return new DomainName(scope, "ApiDomain", {
    domainName: name,
    certificate: Certificate.fromCertificateArn(scope, "ApiCertificate", certificateArn),
  });
}
