import { awsLambdaRequestHandler } from "@trpc/server/adapters/aws-lambda";
import { appRouter } from "@waybill/api";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { createDeps } from "./create-deps.ts";
import { parseEnv } from "./env.ts";
import { logError } from "./log-error.ts";
import { principalOfEvent } from "./principal-of-event.ts";

const deps = createDeps(parseEnv(process.env));

/** The API behind an API Gateway HTTP API (payload format 2.0) or a Function URL. */
export const handler: (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2> = awsLambdaRequestHandler({
  router: appRouter,
  createContext: ({ event }) => ({ deps, principal: principalOfEvent(event) }),
  onError: ({ error, path }) => logError({ error, path, write: (line) => console.error(line) }),
});
