import * as z from "zod/mini";
import { MAX_INTEGRATION_MS, MIN_INTEGRATION_MS } from "./limits.ts";

/*
 * As much of OpenAPI and of API Gateway's extensions as the stand-in executes. Objects are strict: a property
 * that is not here is refused, as nobody would notice that it does nothing.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */

const StatusCode = z.string().check(z.regex(/^[1-5]\d\d$/, "is no status code"));
const Texts = z.record(z.string(), z.string());
const TextSchema = z.strictObject({ type: z.literal("string") });

const Parameter = z.strictObject({
  name: z.string().check(z.regex(/^[a-zA-Z\d._$-]+$/)),
  in: z.enum(["path", "query", "header"]),
  required: z.optional(z.boolean()),
  schema: TextSchema,
});

const ContentHandling = z.enum(["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]);
export type ContentHandling = z.infer<typeof ContentHandling>;

const IntegrationResponse = z.strictObject({
  statusCode: StatusCode,
  responseParameters: z.optional(Texts),
  contentHandling: z.optional(ContentHandling),
});

const common = {
  passthroughBehavior: z.optional(z.literal("when_no_match")),
  contentHandling: z.optional(ContentHandling),
  responses: z.record(z.string(), IntegrationResponse),
};

const AwsIntegration = z.strictObject({
  ...common,
  type: z.literal("aws"),
  httpMethod: z.enum(["GET", "HEAD", "PUT", "POST", "DELETE"]),
  uri: z.string(),
  /** Of the role that the gateway calls the service with. */
  credentials: z.string().check(z.regex(/^arn:aws:iam::\d{12}:role\/.+$/, "is no ARN of a role")),
  requestParameters: Texts,
  timeoutInMillis: z.optional(z.int().check(z.gte(MIN_INTEGRATION_MS), z.lte(MAX_INTEGRATION_MS))),
});
export type AwsIntegration = z.infer<typeof AwsIntegration>;

const MockIntegration = z.strictObject({
  ...common,
  type: z.literal("mock"),
  requestTemplates: z.strictObject({ "application/json": z.string() }),
});
export type MockIntegration = z.infer<typeof MockIntegration>;

const Operation = z.strictObject({
  operationId: z.optional(z.string()),
  description: z.optional(z.string()),
  parameters: z.optional(z.array(Parameter)),
  security: z.optional(z.array(z.record(z.string(), z.tuple([]))).check(z.maxLength(1))),
  responses: z.record(
    StatusCode,
    z.strictObject({
      description: z.string(),
      headers: z.optional(z.record(z.string(), z.strictObject({ schema: TextSchema }))),
    }),
  ),
  "x-amazon-apigateway-request-validator": z.optional(z.string()),
  "x-amazon-apigateway-integration": z.discriminatedUnion("type", [AwsIntegration, MockIntegration]),
});
export type Operation = z.infer<typeof Operation>;

const PathItem = z.strictObject({
  get: z.optional(Operation),
  head: z.optional(Operation),
  put: z.optional(Operation),
  post: z.optional(Operation),
  delete: z.optional(Operation),
  options: z.optional(Operation),
});

const LambdaAuthorizer = z.strictObject({
  type: z.literal("request"),
  authorizerUri: z.string(),
  identitySource: z.string(),
  authorizerResultTtlInSeconds: z.int().check(z.gte(0), z.lte(3600)),
});

const SecurityScheme = z.strictObject({
  type: z.literal("apiKey"),
  name: z.string(),
  in: z.literal("header"),
  "x-amazon-apigateway-authtype": z.literal("custom"),
  "x-amazon-apigateway-authorizer": LambdaAuthorizer,
});

/**
 * What a document may customize. `REQUEST_TOO_LARGE` is not among it: "Customizing the default gateway response
 * for 413 REQUEST_TOO_LARGE isn't currently supported."
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const GatewayResponseType = z.enum([
  "ACCESS_DENIED",
  "API_CONFIGURATION_ERROR",
  "AUTHORIZER_CONFIGURATION_ERROR",
  "AUTHORIZER_FAILURE",
  "BAD_REQUEST_PARAMETERS",
  "DEFAULT_4XX",
  "DEFAULT_5XX",
  "INTEGRATION_FAILURE",
  "INTEGRATION_TIMEOUT",
  "MISSING_AUTHENTICATION_TOKEN",
  "UNAUTHORIZED",
]);
export type GatewayResponseType = z.infer<typeof GatewayResponseType>;

const GatewayResponse = z.strictObject({
  statusCode: z.optional(StatusCode),
  responseParameters: z.optional(Texts),
  responseTemplates: z.optional(z.strictObject({ "application/json": z.string() })),
});
export type GatewayResponse = z.infer<typeof GatewayResponse>;

export const OpenApiDocument = z.strictObject({
  openapi: z.string().check(z.regex(/^3\.0\.\d+$/)),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.optional(z.string()),
  }),
  paths: z.record(z.string(), PathItem),
  components: z.strictObject({ securitySchemes: z.record(z.string(), SecurityScheme) }),
  "x-amazon-apigateway-binary-media-types": z.optional(z.array(z.string())),
  "x-amazon-apigateway-gateway-responses": z.optional(z.partialRecord(GatewayResponseType, GatewayResponse)),
  "x-amazon-apigateway-request-validators": z.optional(
    z.record(
      z.string(),
      z.strictObject({ validateRequestBody: z.literal(false), validateRequestParameters: z.boolean() }),
    ),
  ),
});
export type OpenApiDocument = z.infer<typeof OpenApiDocument>;
