import { describe, expect, it } from "vitest";
import { createRestApiDefinition } from "./definition.ts";

const options = {
  bucket: "files",
  region: "eu-central-1",
  roleArn: "arn:aws:iam::111122223333:role/objects",
  authorizerUri: "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/f/invocations",
};
const definition = createRestApiDefinition({ ...options, allowedOrigins: ["https://a.example"] });
const { put, get, head } = definition.paths["/objects/{key}"];

describe("the definition of the REST API", () => {
  it.each([put, get, head])("hands to S3 only what the authorizer says, or the document", (method) => {
    const { requestParameters, uri } = method["x-amazon-apigateway-integration"];
    for (const source of Object.values(requestParameters)) {
      expect(source).toMatch(/^(?:context\.authorizer\.\w+|'[^']*')$/);
    }
    expect(requestParameters["integration.request.path.key"]).toBe("context.authorizer.key");
    expect(uri).toBe("arn:aws:apigateway:eu-central-1:s3:path/files/{key}");
  });

  it.each([put, get, head])("makes a success of nothing but a success", (method) => {
    const { responses } = method["x-amazon-apigateway-integration"];
    for (const [pattern, { statusCode }] of Object.entries(responses)) {
      expect(statusCode).toBe(pattern === "default" ? "502" : pattern);
    }
    expect(method.security).toEqual([{ grant: [] }]);
  });

  it("keeps no verdict of the authorizer", () => {
    const { grant } = definition.components.securitySchemes;
    expect(grant["x-amazon-apigateway-authorizer"].authorizerResultTtlInSeconds).toBe(0);
  });

  it.each([
    [["https://a.example"], "'https://a.example'"],
    [["https://a.example", "https://b.example"], "'*'"],
    [[], "'*'"],
  ])("lets in pages of %j as %s", (allowedOrigins, expected) => {
    const { DEFAULT_4XX } = createRestApiDefinition({ ...options, allowedOrigins })[
      "x-amazon-apigateway-gateway-responses"
    ];
    const name = "gatewayresponse.header.Access-Control-Allow-Origin";
    expect(DEFAULT_4XX.responseParameters[name]).toBe(expected);
  });
});
