import { callTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from "@trpc/server";
import { getHTTPStatusCode } from "@trpc/server/http";
import { appRouter, retryAfterMeta, type ApiContext } from "@waybill/api";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { PlainCall } from "./read-plain-call.ts";

type Outcome = { result: { data: unknown } } | { error: TRPCError; path: string; input: unknown };

/**
 * Answer a call as tRPC's own adapter does, which is loaded with all of Node's fetch for it: that takes a new process longer than
 * the rest of the API. Only calls of a batch that has queries and mutations, which no client sends, are answered each by itself here,
 * and not refused together.
 *
 * @returns undefined, and nothing has run, where no procedure is meant
 */
export async function answerPlainCall(
  { type, isBatch, calls }: PlainCall,
  ctx: ApiContext,
  onError: (failed: { error: TRPCError; path: string }) => void,
): Promise<APIGatewayProxyStructuredResultV2 | undefined> {
  const outcomes = await Promise.all(
    calls.map(async ({ path, input }, batchIndex): Promise<Outcome> => {
      try {
        const getRawInput = async () => input;
        const call = { router: appRouter, path, type, getRawInput, ctx, signal: undefined, batchIndex };
        return { result: { data: await callTRPCProcedure(call) } };
      } catch (cause) {
        return { error: getTRPCErrorFromUnknown(cause), path, input };
      }
    }),
  );
  if (outcomes.every((it) => "error" in it && isUnknown(it.error))) return undefined;
  const errors = outcomes.flatMap((it) => ("error" in it ? [it] : []));
  errors.forEach(onError);
  const answers = outcomes.map((it) =>
    "error" in it ? { error: getTRPCErrorShape({ ...it, type, ctx, config: appRouter._def._config }) } : it,
  );
  const { headers } = retryAfterMeta({ errors: errors.map(({ error }) => error) });
  return {
    statusCode: getHTTPStatusCode(answers),
    headers: { vary: "trpc-accept, accept", "content-type": "application/json", ...headers },
    cookies: ctx.setCookies,
    body: JSON.stringify(isBatch ? answers : answers[0]),
  };
}

/** Of tRPC itself, which found no such procedure. What ours say has a cause. */
function isUnknown({ code, cause }: TRPCError): boolean {
  return code === "NOT_FOUND" && cause === undefined;
}
