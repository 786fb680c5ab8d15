import { keyOfDoorText, verifyDoorRequest, type DoorGrant, type DoorPublicKey } from "@waybill/core";
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";

/** The names of a grant's parts in the context that the REST API maps: see apps/lambda/src/rest-api/definition.ts. */
const CONTEXT: ReadonlyMap<string, string> = new Map([
  ["uploadId", "uploadId"],
  ["partNumber", "partNumber"],
  ["response-content-disposition", "responseContentDisposition"],
  ["content-type", "contentType"],
  ["content-disposition", "contentDisposition"],
  ["x-amz-checksum-crc64nvme", "checksumCrc64Nvme"],
  ["if-none-match", "ifNoneMatch"],
  ["if-match", "ifMatch"],
  ["if-modified-since", "ifModifiedSince"],
  ["if-unmodified-since", "ifUnmodifiedSince"],
  ["if-range", "ifRange"],
  ["range", "range"],
]);

/** Granted with a checksum, and of no use to Amazon S3. */
const NOT_NEEDED = "x-amz-sdk-checksum-algorithm";

/**
 * The answer of a REST API's authorizer (of the type REQUEST): whether the request comes through, and what of it. What
 * would get lost on the way is refused.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export async function authorizeRestEvent(
  event: APIGatewayRequestAuthorizerEvent,
  options: { publicKeys: readonly DoorPublicKey[]; now: Date },
): Promise<APIGatewayAuthorizerResult> {
  const query = single(event.multiValueQueryStringParameters ?? {}, (name) => name);
  const headers = single(event.multiValueHeaders ?? {}, (name) => name.toLowerCase());
  const key = keyOfDoorText(event.pathParameters?.["key"] ?? "") ?? ""; // for which nobody has a grant
  const method = event.httpMethod === "HEAD" ? "GET" : event.httpMethod; // who may read it may ask for its size
  const verdict =
    query && headers
      ? await verifyDoorRequest({ method, key, query, headers }, { route: "apigateway", ...options })
      : undefined;
  const granted = verdict?.ok ? toContext(verdict.grant) : undefined;
  const message = verdict?.ok === false ? verdict.message : "The request cannot be passed on as it is.";
  return {
    principalId: "door",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Action: "execute-api:Invoke", Effect: granted ? "Allow" : "Deny", Resource: event.methodArn },
      ],
    },
    context: granted ?? { message }, // which the definition has for its answer
  };
}

/** Undefined where the definition has no place for something that was granted, such as user metadata. */
function toContext({ key, query, headers }: DoorGrant): Record<string, string> | undefined {
  const context: Record<string, string> = { key };
  const { [NOT_NEEDED]: _, ...needed } = headers;
  for (const [name, value] of [...Object.entries(query), ...Object.entries(needed)]) {
    const contextName = CONTEXT.get(name);
    if (contextName === undefined) return undefined;
    context[contextName] = value;
  }
  return context;
}

/** Undefined where something is given twice, as two readers could then take different values. */
function single(
  values: Readonly<Record<string, string[] | undefined>>,
  toName: (name: string) => string,
): Record<string, string> | undefined {
  const named = Object.entries(values).flatMap(([name, list = []]) =>
    list.map((value) => [toName(name), value] as const),
  );
  const names = new Set(named.map(([name]) => name));
  return names.size === named.length ? Object.fromEntries(named) : undefined;
}
