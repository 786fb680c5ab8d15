import { awsLambdaRequestHandler } from "@trpc/server/adapters/aws-lambda";
import { appRouter, isSharePath, retryAfterMeta } from "@waybill/api";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { authenticateEvent } from "./authenticate-event.ts";
import { bearerVerifier } from "./bearer-verifier.ts";
import { createDeps } from "./create-deps.ts";
import { readDoorEvent } from "./door/read-door-event.ts";
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
  const answerCall: ApiHandler = async (event, context) => {
    let principal: ReturnType<typeof authenticateEvent> | undefined; // once for all calls of a batch
    const authenticate = () => (principal ??= authenticateEvent(event, { verify, scopePrefix }));
    const setCookies: string[] = [];
    const answer = await awsLambdaRequestHandler({
      router: appRouter,
      responseMeta: retryAfterMeta,
      createContext: () => ({ deps, requestId: context.awsRequestId, authenticate, setCookies }),
      onError: ({ error, path }) => logError({ error, path, write }),
    })(event, context);
    // By now all calls are answered, also of a batch whose answer tRPC began before.
    return setCookies.length === 0 ? answer : { ...answer, cookies: setCookies };
  };
  return async (event, context) => {
    if (isSharePath(event.rawPath)) {
      const { answerShareEvent } = await import("./answer-share-event.ts");
      return answerShareEvent({ deps, requestId: context.awsRequestId }, event, write);
    }
    const doorRequest = readDoorEvent(event);
    if (doorRequest !== undefined) {
      const { answerDoorRequest } = await import("./door/answer-door-request.ts");
      return answerDoorRequest(door, doorRequest);
    }
    return answerCall(event, context);
  };
}
