import { parseEnvironment } from "@waybill/core";
import type { APIGatewayRequestAuthorizerHandler } from "aws-lambda";
import * as z from "zod/mini";
import { authorizeRestEvent } from "./door/authorize-rest-event.ts";
import { DoorPublicKeyEnv, importDoorPublicKeys } from "./door-public-keys.ts";

const env = parseEnvironment(z.object(DoorPublicKeyEnv), process.env);
const publicKeys = importDoorPublicKeys(env.WAYBILL_DOOR_PUBLIC_KEYS);

/** What the REST API asks about each request, before it hands it on to S3. */
export const handler = async (
  event: Parameters<APIGatewayRequestAuthorizerHandler>[0],
): ReturnType<typeof authorizeRestEvent> =>
  authorizeRestEvent(event, { publicKeys: await publicKeys, now: new Date() });
