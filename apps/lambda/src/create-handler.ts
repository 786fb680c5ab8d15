import { awsLambdaRequestHandler } from "@trpc/server/adapters/aws-lambda";
import { appRouter, createBearerVerifier, isSharePath, retryAfterMeta } from "@waybill/api";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { answerShareEvent } from "./answer-share-event.ts";
import { authenticateEvent } from "./authenticate-event.ts";
import { createDeps } from "./create-deps.ts";
import { answerDoorEvent } from "./door/answer-door-event.ts";
import type { Env } from "./env.ts";
import { logError } from "./log-error.ts";

export type ApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export function createHandler(env: Env): ApiHandler {
  const { api: deps, door } = createDeps(env);
  const scopePrefix = env.WAYBILL_OIDC_SCOPE_PREFIX;
  const verify =
    env.WAYBILL_OIDC_ISSUER === undefined
      ? undefined
      : createBearerVerifier({
          issuer: env.WAYBILL_OIDC_ISSUER,
          audiences: env.WAYBILL_OIDC_AUDIENCE,
          scopePrefix,
          now: () => new Date(),
        });
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
    if (isSharePath(event.rawPath))
      return answerShareEvent({ deps, requestId: context.awsRequestId }, event, write);
    return (await answerDoorEvent(door, event)) ?? answerCall(event, context);
  };
}
