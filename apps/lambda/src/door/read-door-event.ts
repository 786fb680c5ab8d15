import { keyOfDoorText, type DoorRequest } from "@waybill/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { OBJECT_PATH } from "./object-path.ts";

type Event = Pick<
  APIGatewayProxyEventV2,
  "rawPath" | "rawQueryString" | "headers" | "body" | "isBase64Encoded"
> & {
  requestContext: { http: { method: string } };
};

export type DoorRequestWithBody = DoorRequest & { body: Buffer };

/**
 * A request for an object, `/objects/<key>`, of a payload 2.0 event; undefined for any other.
 *
 * @returns the key as {@link keyOfDoorText} reads it, and empty where it cannot be one: nobody has a grant for that
 */
export function readDoorEvent(event: Event): DoorRequestWithBody | undefined {
  const [, text] = OBJECT_PATH.exec(event.rawPath) ?? [];
  if (text === undefined) return undefined;
  const query = [...new URLSearchParams(event.rawQueryString)];
  const headers = Object.entries(event.headers).map(([name, value = ""]) => [name.toLowerCase(), value]);
  return {
    method: event.requestContext.http.method,
    key: keyOfDoorText(text) ?? "",
    query: Object.fromEntries(query),
    headers: Object.fromEntries(headers),
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
  };
}
