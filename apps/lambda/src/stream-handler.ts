import { withParameters } from "@waybill/core/parameters";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { createDeps } from "./create-deps.ts";
import { readDoorEvent } from "./door/read-door-event.ts";
import { streamDoorRequest } from "./door/stream-door-request.ts";
import { parseEnv } from "./env.ts";

/** Before the function's own end, so that whoever reads hears of it from us. */
const MARGIN_MS = 1000;

const started = withParameters(process.env).then((variables) => createDeps(parseEnv(variables)).door);

/** The same door as the API's, behind a Function URL that streams (invoke mode RESPONSE_STREAM): for downloads alone. */
export const handler = awslambda.streamifyResponse<APIGatewayProxyEventV2>(
  async (event, responseStream, context) => {
    await streamDoorRequest(await started, readDoorEvent(event), {
      begin: (head) => awslambda.HttpResponseStream.from(responseStream, head),
      signal: AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - MARGIN_MS)),
    });
  },
);
