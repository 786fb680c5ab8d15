import type { CookieSigner, DoorPublicKey, DoorRoute, RouteSigner } from "@waybill/core";
import type { Env } from "./env.ts";
import { once } from "./once.ts";
import { signerWhenUsed } from "./when-used.ts";

export interface Doors {
  /** Who signs for each of those that this deployment has. */
  signers: Partial<Record<DoorRoute, RouteSigner>>;
  /** Undefined: there is no domain for cookies. */
  cookies: CookieSigner | undefined;
  /** What opens them. */
  publicKeys: () => Promise<readonly DoorPublicKey[]>;
}

/** The ways besides that straight to the store. What signs for them is loaded, and its keys are read, with the first grant. */
export function createDoors(env: Env, now: () => Date): Doors {
  const load = once(async () => (await import("./door-signers.ts")).createDoorSigners(env, now));
  const signerOf = (route: DoorRoute) => ({
    [route]: signerWhenUsed(async () => given((await load()).signers[route])),
  });
  return {
    signers: {
      ...(env.WAYBILL_LAMBDA_URL === undefined ? {} : signerOf("lambda")),
      ...(env.WAYBILL_APIGATEWAY_URL === undefined ? {} : signerOf("apigateway")),
      ...(env.WAYBILL_CLOUDFRONT_URL === undefined ? {} : signerOf("cloudfront")),
    },
    cookies:
      env.WAYBILL_COOKIE_DOMAIN === undefined
        ? undefined
        : async (options) => given((await load()).cookies)(options),
    publicKeys: async () => (await load()).publicKeys(),
  };
}

function given<T>(signer: T | undefined): T {
  if (signer === undefined) throw new Error("There is no key for this door."); // the environment was checked
  return signer;
}
