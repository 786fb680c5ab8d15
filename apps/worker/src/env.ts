import type { ClientCredentials } from "@waybill/client/client-credentials";
import { parseEnvironment, UPLOAD_LIFETIME_SECONDS } from "@waybill/core";
import * as z from "zod/mini";

const seconds = (fallback: number) => z._default(z.coerce.number().check(z.minimum(1)), fallback);

const Env = z.object({
  WAYBILL_API_URL: z.url({ protocol: /^https?$/ }),
  /** The worker's login: as a client of the API's OpenID provider, which may ask for the scope `uploads:sweep`. */
  WAYBILL_OIDC_ISSUER: z.optional(z.url({ protocol: /^https?$/ })),
  WAYBILL_WORKER_CLIENT_ID: z.optional(z.string().check(z.minLength(1))),
  WAYBILL_WORKER_CLIENT_SECRET: z.optional(z.string().check(z.minLength(1))),
  /** As the provider knows the scope: `waybill/uploads:sweep` at Cognito. */
  WAYBILL_WORKER_SCOPE: z._default(z.string(), "uploads:sweep"),
  /** Or a bearer token with that scope, which somebody else renews. */
  WAYBILL_TOKEN: z.optional(z.string().check(z.minLength(1))),
  /** Uploads older than this are aborted. By then their tokens have expired, so that nobody can go on. */
  WAYBILL_STALE_UPLOAD_SECONDS: seconds(UPLOAD_LIFETIME_SECONDS),
  WAYBILL_SWEEP_INTERVAL_SECONDS: seconds(3600),
});

export interface Env {
  apiUrl: string;
  /** A token, or how to get one. */
  login: string | ClientCredentials;
  staleUploadMs: number;
  sweepIntervalMs: number;
}

/** The only reader of environment variables here. @throws with every problem at once */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const env = parseEnvironment(Env, variables);
  return {
    apiUrl: env.WAYBILL_API_URL,
    login: env.WAYBILL_TOKEN ?? credentialsOf(env),
    staleUploadMs: env.WAYBILL_STALE_UPLOAD_SECONDS * 1000,
    sweepIntervalMs: env.WAYBILL_SWEEP_INTERVAL_SECONDS * 1000,
  };
}

function credentialsOf(env: z.infer<typeof Env>): ClientCredentials {
  const {
    WAYBILL_OIDC_ISSUER: issuer,
    WAYBILL_WORKER_CLIENT_ID: clientId,
    WAYBILL_WORKER_CLIENT_SECRET: clientSecret,
    WAYBILL_WORKER_SCOPE: scope,
  } = env;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    throw new Error(
      "The worker cannot log in: set WAYBILL_OIDC_ISSUER, WAYBILL_WORKER_CLIENT_ID and WAYBILL_WORKER_CLIENT_SECRET, or WAYBILL_TOKEN.",
    );
  }
  return { issuer, clientId, clientSecret, scope };
}
