import type { QueryParameter } from "../request-target.ts";

/** The parts of an HTTP request that a signature covers. */
export interface SignedMessage {
  method: string;
  /** Still percent-encoded, as sent. */
  rawPath: string;
  queryParameters: readonly QueryParameter[];
  /**
   * Names in lower case; values of repeated headers joined by commas. One character per byte, as
   * Node's HTTP parser gives them.
   */
  headers: ReadonlyMap<string, string>;
}

export function queryValue(message: SignedMessage, name: string): string | undefined {
  return message.queryParameters.find(([parameter]) => parameter === name)?.[1];
}
