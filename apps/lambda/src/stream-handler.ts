import { parseEnvironment } from "@waybill/core";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod/mini";
import { readDoorEvent } from "./door/read-door-event.ts";
import { streamDoorRequest } from "./door/stream-door-request.ts";
import { DoorPublicKeyEnv, importDoorPublicKeys } from "./door-public-keys.ts";
import { once } from "./once.ts";
import { accessStore } from "./access-store.ts";
import { StoreEnv } from "./store-env.ts";

/** Before the function's own end, so that whoever reads hears of it from us. */
const MARGIN_MS = 1000;

const env = parseEnvironment(z.object({ ...StoreEnv, ...DoorPublicKeyEnv }), process.env);
const { address, region, credentials, now } = accessStore(env);
const publicKeys = once(() => importDoorPublicKeys(env.WAYBILL_DOOR_PUBLIC_KEYS));
const door = { address, region, credentials, now, publicKeys };

/**
 * The door of the route `lambda` behind a Function URL that streams (invoke mode RESPONSE_STREAM), for downloads alone. It
 * is open to the internet: so it has public keys, no secret, and of the store it may read.
 */
export const handler = awslambda.streamifyResponse<APIGatewayProxyEventV2>(
  async (event, responseStream, context) => {
    await streamDoorRequest(door, readDoorEvent(event), {
      begin: (head) => awslambda.HttpResponseStream.from(responseStream, head),
      signal: AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - MARGIN_MS)),
    });
  },
);
