/** What a test changes in a document that is otherwise fine. */
export interface RestDocumentChanges {
  /** Of the integration of PUT. */
  integration?: Record<string, unknown>;
  /** Beside `integration.request.path.key`. */
  requestParameters?: Record<string, string>;
  responses?: Record<string, unknown>;
  /** Of the method PUT. */
  method?: Record<string, unknown>;
  parameters?: readonly unknown[];
  authorizer?: Record<string, unknown>;
  /** Of the whole document. */
  document?: Record<string, unknown>;
}

/** PUT and GET of `/things/{key}`, with what the gateway needs and no more. */
export function restDocument(changes: RestDocumentChanges = {}): Record<string, unknown> {
  const method = (httpMethod: string) => ({
    parameters: [
      { name: "key", in: "path", required: true, schema: { type: "string" } },
      ...(changes.parameters ?? []),
    ],
    security: [{ grant: [] }],
    responses: Object.fromEntries(
      ["200", "204", "404", "502"].map((status) => [
        status,
        {
          description: status,
          headers: Object.fromEntries(ANSWER_HEADERS.map((name) => [name, { schema: { type: "string" } }])),
        },
      ]),
    ),
    ...changes.method,
    "x-amazon-apigateway-integration": {
      type: "aws",
      httpMethod,
      uri: "arn:aws:apigateway:us-east-1:s3:path/bucket/{key}",
      credentials: "arn:aws:iam::000000000000:role/gateway",
      requestParameters: {
        "integration.request.path.key": "context.authorizer.key",
        ...changes.requestParameters,
      },
      responses: { "200": { statusCode: "200" }, default: { statusCode: "502" }, ...changes.responses },
      ...changes.integration,
    },
  });
  return {
    openapi: "3.0.1",
    info: { title: "things", version: "1" },
    "x-amazon-apigateway-binary-media-types": ["*/*"],
    paths: { "/things/{key}": { put: method("PUT"), get: method("GET") } },
    components: {
      securitySchemes: {
        grant: {
          type: "apiKey",
          name: "Unused",
          in: "header",
          "x-amazon-apigateway-authtype": "custom",
          "x-amazon-apigateway-authorizer": {
            type: "request",
            authorizerUri:
              "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/authorizer/invocations",
            identitySource: "method.request.querystring.grant",
            authorizerResultTtlInSeconds: 0,
            ...changes.authorizer,
          },
        },
      },
    },
    ...changes.document,
  };
}

const ANSWER_HEADERS = ["ETag", "Content-Type", "Content-Length", "Date", "TE", "Authorization", "X-Own"];
