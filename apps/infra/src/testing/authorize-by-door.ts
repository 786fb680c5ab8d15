import { type DoorGrant, type DoorPublicKey, verifyDoorRequest } from "@waybill/core";
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";

/** The names of a grant's parts in the context that `createRestApiDefinition` maps. */
const CONTEXT = {
  query: {
    uploadId: "uploadId",
    partNumber: "partNumber",
    "response-content-disposition": "responseContentDisposition",
  },
  headers: {
    "content-type": "contentType",
    "content-disposition": "contentDisposition",
    "x-amz-checksum-crc64nvme": "checksumCrc64Nvme",
    "if-none-match": "ifNoneMatch",
    "if-match": "ifMatch",
    range: "range",
  },
};

/** A small authorizer: what a door lets through, as a context. */
export async function authorizeByDoor(
  event: APIGatewayRequestAuthorizerEvent,
  options: { publicKeys: readonly DoorPublicKey[]; now: Date },
): Promise<APIGatewayAuthorizerResult> {
  const query = single(event.multiValueQueryStringParameters ?? {}, (name) => name);
  const headers = single(event.multiValueHeaders ?? {}, (name) => name.toLowerCase());
  const key = decodeURIComponent(event.pathParameters?.["key"] ?? "");
  const method = event.httpMethod === "HEAD" ? "GET" : event.httpMethod; // who may read it may ask for its size
  const verdict =
    query && headers
      ? await verifyDoorRequest({ method, key, query, headers }, { route: "apigateway", ...options })
      : undefined;
  return {
    principalId: "door",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Action: "execute-api:Invoke", Effect: verdict?.ok ? "Allow" : "Deny", Resource: event.methodArn },
      ],
    },
    context: verdict?.ok ? toContext(verdict.grant) : {},
  };
}

function toContext(grant: DoorGrant): Record<string, string> {
  const named = (values: Readonly<Record<string, string>>, names: Record<string, string>) =>
    Object.entries(names).flatMap(([from, to]) =>
      values[from] === undefined ? [] : [[to, values[from]] as const],
    );
  return Object.fromEntries([
    ["key", grant.key],
    ...named(grant.query, CONTEXT.query),
    ...named(grant.headers, CONTEXT.headers),
  ]);
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
