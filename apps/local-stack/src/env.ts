import { resolve } from "node:path";
import { parseEnvironment } from "@waybill/core";
import * as z from "zod/mini";
import type { Machine } from "./machine.ts";

const port = (fallback: number) =>
  z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65_535)), fallback);

/** As this API knows it; a provider may call it otherwise. */
export const SWEEP_SCOPE = "uploads:sweep";

const Env = z.object({
  WAYBILL_WEB_PORT: port(4300),
  WAYBILL_API_PORT: port(4310),
  WAYBILL_AWS_PORT: port(4320),
  WAYBILL_OIDC_PORT: port(4340), // 4330 is that of npx waybill-local-aws
  WAYBILL_GATEWAY_PORT: port(4350),
  WAYBILL_CLOUDFRONT_PORT: port(4360),
  WAYBILL_STREAM_PORT: port(4370),
  WAYBILL_OIDC_TOKEN_SECONDS: z._default(z.coerce.number().check(z.int(), z.minimum(1)), 300),
  WAYBILL_OIDC_ISSUER: z.optional(z.url({ protocol: /^https?$/ })),
  WAYBILL_OIDC_AUDIENCE: z.optional(z.string()),
  WAYBILL_WORKER_CLIENT_ID: z.optional(z.string()),
  WAYBILL_WORKER_CLIENT_SECRET: z.optional(z.string()),
  WAYBILL_WORKER_SCOPE: z._default(z.string(), SWEEP_SCOPE),
  WAYBILL_DATA_DIR: z._default(z.string().check(z.minLength(1)), ".waybill"),
  WAYBILL_S3_ENDPOINT: z.optional(z.url({ protocol: /^https?$/ })),
  WAYBILL_S3_BUCKET: z.optional(z.string().check(z.minLength(3))),
  WAYBILL_S3_FORCE_PATH_STYLE: z.optional(z.stringbool()),
  AWS_REGION: z.optional(z.string()),
  AWS_DEFAULT_REGION: z.optional(z.string()),
});

/** A store of the user's own, in place of the stand-in. */
interface ExternalStore {
  bucket: string;
  /** Undefined: Amazon. */
  endpoint: string | undefined;
  forcePathStyle: boolean;
  region: string;
}

/** An OpenID provider of the user's own, in place of the stand-in. */
interface ExternalIssuer {
  issuer: string;
  /** The worker, where it is a client there. */
  machine: Machine | undefined;
}

export interface Env {
  ports: Record<keyof typeof PORT_VARIABLES, number>;
  dataDir: string;
  /** How long access tokens of the stand-in live. */
  tokenSeconds: number;
  externalStore: ExternalStore | undefined;
  externalIssuer: ExternalIssuer | undefined;
}

/** Where a port comes from: what to set when it is taken. */
export const PORT_VARIABLES = {
  web: "WAYBILL_WEB_PORT",
  api: "WAYBILL_API_PORT",
  aws: "WAYBILL_AWS_PORT",
  oidc: "WAYBILL_OIDC_PORT",
  gateway: "WAYBILL_GATEWAY_PORT",
  cloudfront: "WAYBILL_CLOUDFRONT_PORT",
  stream: "WAYBILL_STREAM_PORT",
} as const;

/** The only reader of environment variables here. @throws with every problem at once */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const env = parseEnvironment(Env, variables);
  return {
    ports: {
      web: env.WAYBILL_WEB_PORT,
      api: env.WAYBILL_API_PORT,
      aws: env.WAYBILL_AWS_PORT,
      oidc: env.WAYBILL_OIDC_PORT,
      gateway: env.WAYBILL_GATEWAY_PORT,
      cloudfront: env.WAYBILL_CLOUDFRONT_PORT,
      stream: env.WAYBILL_STREAM_PORT,
    },
    dataDir: resolve(env.WAYBILL_DATA_DIR),
    tokenSeconds: env.WAYBILL_OIDC_TOKEN_SECONDS,
    externalIssuer: externalIssuerOf(env),
    externalStore: externalStoreOf(env),
  };
}

function externalIssuerOf(env: z.infer<typeof Env>): ExternalIssuer | undefined {
  const { WAYBILL_OIDC_ISSUER: issuer } = env;
  if (issuer === undefined) return undefined;
  if (env.WAYBILL_OIDC_AUDIENCE === undefined) {
    throw new Error(
      "WAYBILL_OIDC_ISSUER names a provider, but WAYBILL_OIDC_AUDIENCE says not for whom its tokens are.",
    );
  }
  const { WAYBILL_WORKER_CLIENT_ID: clientId, WAYBILL_WORKER_CLIENT_SECRET: clientSecret } = env;
  if (clientId === undefined || clientSecret === undefined) return { issuer, machine: undefined };
  return { issuer, machine: { issuer, clientId, clientSecret, scope: env.WAYBILL_WORKER_SCOPE } };
}

function externalStoreOf(env: z.infer<typeof Env>): ExternalStore | undefined {
  const { WAYBILL_S3_BUCKET: bucket, WAYBILL_S3_ENDPOINT: endpoint } = env;
  if (bucket === undefined) {
    if (endpoint === undefined) return undefined;
    throw new Error("WAYBILL_S3_ENDPOINT names a store, but WAYBILL_S3_BUCKET names no bucket in it.");
  }
  return {
    bucket,
    endpoint,
    forcePathStyle: env.WAYBILL_S3_FORCE_PATH_STYLE ?? false,
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? "us-east-1",
  };
}
