import { describe, expect, it } from "vitest";
import { restDocument, type RestDocumentChanges } from "../testing/rest-document.ts";
import { readDefinition } from "./read-definition.ts";

const path = (text: string): RestDocumentChanges => {
  const { paths } = restDocument();
  return { document: { paths: { [text]: Object.values(paths as object)[0] } } };
};

describe("a definition", () => {
  it("is read whole", () => {
    const { resources, binaryMediaTypes } = readDefinition(restDocument());
    expect(resources.map((resource) => [resource.path, [...resource.methods.keys()]])).toEqual([
      ["/things/{key}", ["GET", "PUT"]],
    ]);
    expect(binaryMediaTypes).toEqual(["*/*"]);
  });

  it.each<[string, RestDocumentChanges, string]>([
    ["another extension", { document: { "x-amazon-apigateway-cors": {} } }, "x-amazon-apigateway-cors"],
    [
      "another extension of a method",
      { method: { "x-amazon-apigateway-auth": {} } },
      "x-amazon-apigateway-auth",
    ],
    ["another type of integration", { integration: { type: "http_proxy" } }, "type"],
    ["templates", { integration: { requestTemplates: {} } }, "requestTemplates"],
    ["caching", { integration: { cacheKeyParameters: [] } }, "cacheKeyParameters"],
    ["another service", { integration: { uri: "arn:aws:apigateway:us-east-1:sqs:path/q" } }, "no path of S3"],
    [
      "an action of S3",
      { integration: { uri: "arn:aws:apigateway:us-east-1:s3:action/Get" } },
      "no path of S3",
    ],
    ["no role", { integration: { credentials: "arn:aws:iam::*:user/*" } }, "no ARN of a role"],
    ["a timeout over 29 s", { integration: { timeoutInMillis: 29_001 } }, "timeoutInMillis"],
    [
      "a path with nothing for a parameter",
      { integration: { requestParameters: {} } },
      "nothing is mapped to {key}",
    ],
    [
      "an unknown place",
      { requestParameters: { "integration.request.cookie.a": "'1'" } },
      "integration.request.cookie.a",
    ],
    [
      "a body",
      { requestParameters: { "integration.request.header.a": "method.request.body" } },
      "method.request.body",
    ],
    [
      "stage variables",
      { requestParameters: { "integration.request.header.a": "stageVariables.a" } },
      "stageVariables.a",
    ],
    [
      "other context",
      { requestParameters: { "integration.request.header.a": "context.identity.user" } },
      "context.identity.user",
    ],
    ["two quotes", { requestParameters: { "integration.request.header.a": "'a'b'" } }, "'a'b'"],
    [
      "an undeclared parameter",
      { requestParameters: { "integration.request.header.a": "method.request.header.a" } },
      "method.request.header.a is no parameter",
    ],
    [
      "its own signature",
      { requestParameters: { "integration.request.header.authorization": "'x'" } },
      "authorization cannot",
    ],
    [
      "its own length",
      { requestParameters: { "integration.request.header.Content-Length": "'1'" } },
      "Content-Length cannot",
    ],
    [
      "Content-MD5",
      { requestParameters: { "integration.request.header.Content-MD5": "'1'" } },
      "Content-MD5 cannot",
    ],
    ["an undeclared status", { responses: { "418": { statusCode: "418" } } }, "no response 418"],
    [
      "an undeclared header",
      {
        responses: {
          "200": { statusCode: "200", responseParameters: { "method.response.header.a": "'1'" } },
        },
      },
      "has no header a",
    ],
    [
      "a mapped body",
      {
        responses: {
          "200": {
            statusCode: "200",
            responseParameters: { "method.response.header.ETag": "integration.response.body" },
          },
        },
      },
      "integration.response.body",
    ],
    [
      "an unknown validator",
      { method: { "x-amazon-apigateway-request-validator": "all" } },
      "no request validator all",
    ],
    ["an unknown authorizer", { method: { security: [{ other: [] }] } }, "other"],
    ["a token authorizer", { authorizer: { type: "token" } }, "type"],
    [
      "a TTL over an hour",
      { authorizer: { authorizerResultTtlInSeconds: 3601 } },
      "authorizerResultTtlInSeconds",
    ],
    [
      "an identity in the path",
      { authorizer: { identitySource: "method.request.path.key" } },
      "no identity source",
    ],
    ["greedy parameters", path("/things/{key+}"), "{key+}"],
    ["half a parameter", path("/things/a{key}"), "a{key}"],
    ["a parameter that is elsewhere", path("/things/{other}"), "{key} is not in the path"],
    [
      "another 413, as API Gateway lets nobody change it",
      { document: { "x-amazon-apigateway-gateway-responses": { REQUEST_TOO_LARGE: {} } } },
      "REQUEST_TOO_LARGE",
    ],
    [
      "logic in the template of an error",
      {
        document: {
          "x-amazon-apigateway-gateway-responses": {
            DEFAULT_4XX: { responseTemplates: { "application/json": "#if(1)a#end" } },
          },
        },
      },
      "unknown template",
    ],
  ])("with %s is refused", (_what, changes, message) => {
    expect(() => readDefinition(restDocument(changes))).toThrow(message);
  });

  it("says where it is wrong", () => {
    const wrong = restDocument({ requestParameters: { "integration.request.header.TE": "'1'" } });
    expect(() => readDefinition(wrong)).toThrow("GET /things/{key}: the header TE cannot be mapped");
    expect(() => readDefinition({})).toThrow("The definition cannot be executed");
  });
});
