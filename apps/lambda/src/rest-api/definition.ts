import { EXPOSED_OBJECT_HEADERS } from "@waybill/core";

/** What the front door of the route `apigateway` needs to know of its surroundings. */
export interface RestApiDefinitionOptions {
  bucket: string;
  region: string;
  /**
   * The role with which API Gateway calls S3: `s3:PutObject` and `s3:GetObject` on the bucket's objects, and no more. So an
   * object that is missing is 403, as on every route: 404 is for who may list, which none of them is to do.
   */
  roleArn: string;
  /** `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION_ARN/invocations` */
  authorizerUri: string;
  /** Of the pages that may use it. */
  allowedOrigins: readonly string[];
}

/**
 * A REST API that hands PUT, GET and HEAD of `/objects/{key}` to S3, with no Lambda function in the way of the
 * bytes: OpenAPI 3.0 with the extensions of API Gateway.
 *
 * **S3 gets the body, and what the authorizer says.** No header, query parameter or path of the client is mapped: the
 * authorizer answers with a context of the strings below, each only where the grant has it, and a request cannot add
 * to that. It also means that nobody depends on how a client writes `If-None-Match`, since API Gateway looks
 * parameters up by exact case, and lets one that is written otherwise fall away.
 *
 * - `key`: **as it is**, not percent-encoded, since API Gateway encodes what it maps
 * - `uploadId`, `partNumber`, `responseContentDisposition`
 * - `contentType`, `contentDisposition`, `checksumCrc64Nvme`, `ifNoneMatch`, `ifMatch`
 * - of a reader: `range`, `ifRange`, `ifNoneMatch`, `ifMatch`, `ifModifiedSince`, `ifUnmodifiedSince`
 *
 * What does not travel:
 * - User metadata, as each name would have to be known here. CreateMultipartUpload of the API sets it: what has
 *   metadata goes in parts, be it a single one.
 * - Content-MD5, which API Gateway drops. It is not needed: this reaches Amazon S3 alone, which has CRC64NVME.
 * - Content-Length, which no authorizer sees: a wrong one is noticed by the checksum, and when the API lists the parts.
 * - Bodies over 10 MB, which are answered by 413 without CORS headers: that cannot be customized.
 * - A `+` in a key: API Gateway leaves it as it is, and S3 reads it as a space and refuses the signature.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/integrating-api-with-aws-services-s3.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function createRestApiDefinition(options: RestApiDefinitionOptions) {
  const corsHeaders = toCorsHeaders(options.allowedOrigins);
  const method = (name: "GET" | "HEAD" | "PUT") => toMethod(name, { ...options, corsHeaders });
  return {
    openapi: "3.0.1",
    info: { title: "waybill-objects", version: "1" },
    // Else bodies would be taken for UTF-8.
    "x-amazon-apigateway-binary-media-types": ["*/*"],
    paths: {
      "/objects/{key}": {
        put: method("PUT"),
        get: method("GET"),
        head: method("HEAD"),
        options: toPreflight(corsHeaders),
      },
    },
    components: { securitySchemes: { grant: toSecurityScheme(options.authorizerUri) } },
    "x-amazon-apigateway-gateway-responses": toGatewayResponses(corsHeaders),
  };
}

type Texts = Record<string, string>;

/** As `doorKeyText` of core writes it: of letters that nothing on the way touches. */
const PARAMETERS = [{ name: "key", in: "path", required: true, schema: { type: "string" } }];

/** Without one of these there is no grant, and the Lambda function is not even asked. */
const IDENTITY_SOURCES = ["waybill-expires", "waybill-key-id", "waybill-signature"];

function toSecurityScheme(authorizerUri: string) {
  return {
    type: "apiKey",
    name: "Unused",
    in: "header",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {
      type: "request",
      authorizerUri,
      identitySource: IDENTITY_SOURCES.map((name) => `method.request.querystring.${name}`).join(", "),
      // A cached answer would outlive the grant, and hold for whatever else carries the same signature.
      authorizerResultTtlInSeconds: 0,
    },
  };
}

const WRITE_PARAMETERS: Texts = {
  "integration.request.querystring.partNumber": "context.authorizer.partNumber",
  "integration.request.querystring.uploadId": "context.authorizer.uploadId",
  "integration.request.header.Content-Type": "context.authorizer.contentType",
  "integration.request.header.Content-Disposition": "context.authorizer.contentDisposition",
  "integration.request.header.If-None-Match": "context.authorizer.ifNoneMatch",
  "integration.request.header.If-Match": "context.authorizer.ifMatch",
  "integration.request.header.x-amz-checksum-crc64nvme": "context.authorizer.checksumCrc64Nvme",
};

const READ_PARAMETERS: Texts = {
  "integration.request.querystring.response-content-disposition":
    "context.authorizer.responseContentDisposition",
  "integration.request.header.Range": "context.authorizer.range",
  "integration.request.header.If-Match": "context.authorizer.ifMatch",
  "integration.request.header.If-None-Match": "context.authorizer.ifNoneMatch",
  "integration.request.header.If-Modified-Since": "context.authorizer.ifModifiedSince",
  "integration.request.header.If-Unmodified-Since": "context.authorizer.ifUnmodifiedSince",
  "integration.request.header.If-Range": "context.authorizer.ifRange",
  "integration.request.header.x-amz-checksum-mode": "'ENABLED'",
};

function toMethod(
  httpMethod: "GET" | "HEAD" | "PUT",
  options: RestApiDefinitionOptions & { corsHeaders: Texts },
) {
  const { bucket, region, roleArn, corsHeaders } = options;
  const headersOf = (status: string) => [...answerHeadersOf(status), ...Object.keys(corsHeaders)];
  return {
    parameters: PARAMETERS,
    security: [{ grant: [] }],
    responses: Object.fromEntries(
      [...STATUSES, OTHER_STATUS].map((status) => [status, toResponse(headersOf(status))]),
    ),
    "x-amazon-apigateway-integration": {
      type: "aws",
      httpMethod,
      uri: `arn:aws:apigateway:${region}:s3:path/${bucket}/{key}`,
      credentials: roleArn,
      requestParameters: {
        "integration.request.path.key": "context.authorizer.key",
        ...(httpMethod === "PUT" ? WRITE_PARAMETERS : READ_PARAMETERS),
      },
      passthroughBehavior: "when_no_match",
      timeoutInMillis: 29_000,
      responses: {
        ...Object.fromEntries(STATUSES.map((status) => [status, toIntegrationResponse(status, corsHeaders)])),
        default: toIntegrationResponse(OTHER_STATUS, corsHeaders),
      },
    },
  };
}

/** What S3 answers these requests with. All else, such as a redirect to another region, must not pass for a success. */
const STATUSES = [
  "200",
  "206",
  "304",
  "400",
  "403",
  "404",
  "405",
  "409",
  "411",
  "412",
  "416",
  "500",
  "501",
  "503",
];
const OTHER_STATUS = "502";

/**
 * Of S3's answer, in its own writing: names are looked up by exact case. Content-Length arrives as
 * `x-amzn-Remapped-Content-Length`, which tells the size of what HEAD is about.
 */
const ANSWER_HEADERS = [
  ...EXPOSED_OBJECT_HEADERS,
  "Content-Length",
  "Content-Type",
  "Last-Modified",
  "x-amz-id-2",
  "x-amz-mp-parts-count",
];

/** What S3 says of an error stands in its body, but for these. */
const ERROR_HEADERS = ["Content-Range", "Content-Type", "Retry-After", "x-amz-id-2", "x-amz-request-id"];

function answerHeadersOf(status: string): readonly string[] {
  return status < "400" ? ANSWER_HEADERS : ERROR_HEADERS;
}

function toIntegrationResponse(statusCode: string, corsHeaders: Texts) {
  return {
    statusCode,
    // Bytes stay bytes, whatever a client says that it accepts.
    contentHandling: "CONVERT_TO_BINARY",
    responseParameters: {
      ...Object.fromEntries(
        answerHeadersOf(statusCode).map((name) => [
          `method.response.header.${name}`,
          `integration.response.header.${name}`,
        ]),
      ),
      ...toResponseParameters("method.response.header", corsHeaders),
    },
  };
}

function toPreflight(corsHeaders: Texts) {
  const headers: Texts = {
    ...corsHeaders,
    "Access-Control-Allow-Methods": "GET,HEAD,PUT",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "7200",
  };
  return {
    parameters: PARAMETERS,
    responses: { "204": toResponse(Object.keys(headers)) },
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": '{"statusCode": 204}' },
      passthroughBehavior: "when_no_match",
      // A template needs text, and with binary media types of all kinds even an empty body is none.
      contentHandling: "CONVERT_TO_TEXT",
      responses: {
        default: {
          statusCode: "204",
          responseParameters: toResponseParameters("method.response.header", headers),
        },
      },
    },
  };
}

/** API Gateway cannot choose among origins. Any may be let in: what counts is the grant in the URL, and no cookie. */
function toCorsHeaders(allowedOrigins: readonly string[]): Texts {
  const [first = "*", ...more] = allowedOrigins;
  return {
    "Access-Control-Allow-Origin": more.length === 0 ? first : "*",
    "Access-Control-Expose-Headers": [
      ...new Set([...ANSWER_HEADERS, ...ERROR_HEADERS, "x-amzn-Remapped-Content-Length"]),
    ].join(","),
  };
}

function toGatewayResponses(corsHeaders: Texts) {
  const responseParameters = toResponseParameters("gatewayresponse.header", corsHeaders);
  const saying = (message: string) => ({
    responseParameters,
    responseTemplates: { "application/json": JSON.stringify({ message }) },
  });
  return {
    DEFAULT_4XX: { responseParameters },
    DEFAULT_5XX: { responseParameters },
    UNAUTHORIZED: saying("This request has no grant. The API gives them out."),
    // What the authorizer says is one of few plain sentences. Clients take "has expired" for what can be mended.
    ACCESS_DENIED: {
      responseParameters,
      responseTemplates: { "application/json": '{"message":"$context.authorizer.message"}' },
    },
    INTEGRATION_TIMEOUT: saying("The store took too long. Try again."),
    INTEGRATION_FAILURE: saying("The store cannot be reached. Try again."),
  };
}

function toResponseParameters(prefix: string, headers: Texts): Texts {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`${prefix}.${name}`, `'${value}'`]),
  );
}

function toResponse(headers: readonly string[]) {
  return {
    description: "Answer",
    headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: "string" } }])),
  };
}
