import { getTRPCErrorShape, TRPCError } from "@trpc/server";
import { appRouter, retryAfterMeta, type ApiContext } from "@waybill/api";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { answerPlainCall } from "./answer-plain-call.ts";
import { readPlainCall } from "./read-plain-call.ts";

/** A call of the API, in whatever form tRPC knows. */
export async function answerCall(
  ctx: ApiContext,
  event: APIGatewayProxyEventV2,
  context: Context,
  onError: (failed: { error: TRPCError; path: string | undefined }) => void,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { method } = event.requestContext.http;
  if (event.body && (method === "GET" || method === "HEAD"))
    return badRequest(`A ${method} has no body here: its input stands in the query.`);
  const plain = readPlainCall(event);
  const answered = plain && (await answerPlainCall(plain, ctx, onError));
  if (answered !== undefined) return answered;
  const { awsLambdaRequestHandler } = await import("@trpc/server/adapters/aws-lambda");
  const answer = await awsLambdaRequestHandler({
    router: appRouter,
    responseMeta: retryAfterMeta,
    createContext: () => ctx,
    onError,
  })(event, context);
  // By now all calls are answered, also of a batch whose answer tRPC began before.
  return ctx.setCookies.length === 0 ? answer : { ...answer, cookies: ctx.setCookies };
}

function badRequest(message: string): APIGatewayProxyStructuredResultV2 {
  const error = getTRPCErrorShape({
    config: appRouter._def._config,
    error: new TRPCError({ code: "BAD_REQUEST", message }),
    type: "unknown",
    path: undefined,
    input: undefined,
    ctx: undefined,
  });
  return {
    statusCode: 400,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ error }),
  };
}
