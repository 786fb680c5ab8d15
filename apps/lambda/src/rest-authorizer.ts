import { importDoorPublicKey, parseEnvironment } from "@waybill/core";
import type { APIGatewayRequestAuthorizerHandler } from "aws-lambda";
import * as z from "zod/mini";
import { authorizeRestEvent } from "./door/authorize-rest-event.ts";
import { NamedSecrets } from "./named-secrets.ts";

const env = parseEnvironment(
  z.object({
    /** The public halves of the keys that sign grants for doors, in SPKI: `kid:base64[,kid:base64…]`. They are no secret. */
    WAYBILL_DOOR_PUBLIC_KEYS: NamedSecrets,
  }),
  process.env,
);
const publicKeys = Promise.all(
  env.WAYBILL_DOOR_PUBLIC_KEYS.map(({ kid: keyId, secret: spki }) => importDoorPublicKey({ keyId, spki })),
);

/** What the REST API asks about each request, before it hands it on to S3. */
export const handler = async (
  event: Parameters<APIGatewayRequestAuthorizerHandler>[0],
): ReturnType<typeof authorizeRestEvent> =>
  authorizeRestEvent(event, { publicKeys: await publicKeys, now: new Date() });
