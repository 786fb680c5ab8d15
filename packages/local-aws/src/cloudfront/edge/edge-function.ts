import type { CloudFrontRequestEvent } from "aws-lambda";
import type { EdgeEventType } from "../limits.ts";

/** The handlers of functions, already bound to their contexts, by the ARN of their version. */
export type EdgeFunctions = Readonly<Record<string, EdgeHandler>>;
export type EdgeHandler = (event: CloudFrontRequestEvent) => Promise<unknown>;

/** A function where a cache behaviour has it. */
export interface EdgeFunction {
  eventType: EdgeEventType;
  includeBody: boolean;
  invoke: EdgeHandler;
}
