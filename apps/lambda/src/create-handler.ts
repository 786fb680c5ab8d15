import { isSharePath } from "@waybill/api";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { authenticateEvent } from "./authenticate-event.ts";
import { bearerVerifier } from "./bearer-verifier.ts";
import { answerCall } from "./calls/answer-call.ts";
import { createDeps } from "./create-deps.ts";
import { OBJECT_PATH } from "./door/object-path.ts";
import type { Env } from "./env.ts";
import { logError } from "./log-error.ts";

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** What few processes are asked for is loaded when they are: most new ones have a call of the API to answer. */
export function createHandler(env: Env): ApiHandler {
  const { api: deps, door } = createDeps(env);
  const scopePrefix = env.WAYBILL_OIDC_SCOPE_PREFIX;
  const verify = bearerVerifier(env);
  const write = (line: string) => console.error(line);
  return async (event, context) => {
    if (isSharePath(event.rawPath)) {
      const { answerShareEvent } = await import("./answer-share-event.ts");
      return answerShareEvent({ deps, requestId: context.awsRequestId }, event, write);
    }
    if (OBJECT_PATH.test(event.rawPath)) {
      const { answerDoorRequest } = await import("./door/answer-door-request.ts");
      return answerDoorRequest(door, event);
    }
    let principal: ReturnType<typeof authenticateEvent> | undefined; // once for all calls of a batch
    const authenticate = () => (principal ??= authenticateEvent(event, { verify, scopePrefix }));
    const ctx = { deps, requestId: context.awsRequestId, authenticate, setCookies: [] };
    return answerCall(ctx, event, context, ({ error, path }) => logError({ error, path, write }));
  };
}
