import {
  createCloudFrontSigner,
  createCookieSigner,
  createDoorSigner,
  doorKeyText,
  importCloudFrontKey,
  importDoorKey,
  importDoorPublicKey,
  publicHalfOfDoorKey,
  uriEncodeKey,
  type CloudFrontKey,
  type CookieSigner,
  type DoorRoute,
  type RouteSigner,
} from "@waybill/core";
import type { Doors } from "./create-doors.ts";
import type { Env } from "./env.ts";
import { STREAMED_BYTES } from "./door/streamed-bytes.ts";
import { once } from "./once.ts";

/** Keys are read when the first grant needs one. */
export function createDoorSigners(env: Env, now: () => Date): Doors {
  const [signing] = env.WAYBILL_DOOR_KEYS;
  const publicKeys = once(() =>
    Promise.all(
      env.WAYBILL_DOOR_KEYS.map(async ({ kid: keyId, secret: pkcs8 }) =>
        importDoorPublicKey({ keyId, spki: await publicHalfOfDoorKey({ keyId, pkcs8 }) }),
      ),
    ),
  );
  if (signing === undefined) return { signers: {}, cookies: undefined, publicKeys };
  const key = once(() => importDoorKey({ keyId: signing.kid, pkcs8: signing.secret }));
  const door = (route: DoorRoute, urlOf: (objectKey: string) => string) =>
    createDoorSigner({ route, urlOf, key, now });
  const opaque = (url: string) => (objectKey: string) => `${url}/objects/${doorKeyText(objectKey)}`;
  const edgeKey = cloudFrontKey(env);
  const { WAYBILL_LAMBDA_URL, WAYBILL_LAMBDA_STREAM_URL, WAYBILL_APIGATEWAY_URL, WAYBILL_CLOUDFRONT_URL } =
    env;
  const signers: Doors["signers"] = {
    ...(WAYBILL_LAMBDA_URL === undefined
      ? {}
      : {
          lambda: {
            ...door("lambda", opaque(WAYBILL_LAMBDA_URL)),
            ...(WAYBILL_LAMBDA_STREAM_URL === undefined
              ? {}
              : streamed(door("lambda", opaque(WAYBILL_LAMBDA_STREAM_URL)))),
          },
        }),
    ...(WAYBILL_APIGATEWAY_URL === undefined
      ? {}
      : { apigateway: door("apigateway", opaque(WAYBILL_APIGATEWAY_URL)) }),
    ...(WAYBILL_CLOUDFRONT_URL === undefined
      ? {}
      : {
          cloudfront: {
            ...door("cloudfront", (objectKey) => `${WAYBILL_CLOUDFRONT_URL}/up/${uriEncodeKey(objectKey)}`),
            ...createCloudFrontSigner({ url: WAYBILL_CLOUDFRONT_URL, key: edgeKey, now }),
          },
        }),
  };
  return { signers, cookies: cookieSigner(env, edgeKey, now), publicKeys };
}

/** Downloads by a door that streams. */
function streamed(signer: RouteSigner): Pick<RouteSigner, "signGet"> {
  return { signGet: async (get) => ({ ...(await signer.signGet(get)), maxBytes: STREAMED_BYTES }) };
}

function cookieSigner(
  { WAYBILL_CLOUDFRONT_URL: url, WAYBILL_COOKIE_DOMAIN: domain, WAYBILL_COOKIE_SAMESITE: sameSite }: Env,
  key: () => Promise<CloudFrontKey>,
  now: () => Date,
): CookieSigner | undefined {
  if (url === undefined || domain === undefined) return undefined;
  return createCookieSigner({ url, key, scope: { domain, sameSite }, now });
}

function cloudFrontKey(env: Env) {
  return once(async () => {
    const [key] = env.WAYBILL_CLOUDFRONT_KEYS;
    if (key === undefined) throw new Error("There is no CloudFront key."); // the environment was checked
    const base64 = Buffer.from(key.secret).toString("base64");
    const privateKeyPem = `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----`;
    const keyPairId = env.WAYBILL_CLOUDFRONT_KEY_IDS.get(key.kid) ?? key.kid;
    return importCloudFrontKey({ keyPairId, privateKeyPem, hash: "SHA-256" });
  });
}
