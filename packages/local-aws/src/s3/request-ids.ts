import { randomBytes } from "node:crypto";

/** What an answer carries as `x-amz-request-id` and `x-amz-id-2`. */
export interface RequestIds {
  requestId: string;
  hostId: string;
}

export function createRequestIds(): RequestIds {
  return {
    requestId: randomBytes(8).toString("hex").toUpperCase(),
    hostId: randomBytes(48).toString("base64"),
  };
}
