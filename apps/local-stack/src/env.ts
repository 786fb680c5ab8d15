import { resolve } from "node:path";
import { parseEnvironment } from "@waybill/core";
import * as z from "zod/mini";

const port = (fallback: number) =>
  z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65_535)), fallback);

const Env = z.object({
  WAYBILL_WEB_PORT: port(4300),
  WAYBILL_API_PORT: port(4310),
  WAYBILL_AWS_PORT: port(4320),
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

export interface Env {
  ports: { web: number; api: number; aws: number };
  dataDir: string;
  externalStore: ExternalStore | undefined;
}

/** Where a port comes from: what to set when it is taken. */
export const PORT_VARIABLES = {
  web: "WAYBILL_WEB_PORT",
  api: "WAYBILL_API_PORT",
  aws: "WAYBILL_AWS_PORT",
} as const;

/** The only reader of environment variables here. @throws with every problem at once */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const env = parseEnvironment(Env, variables);
  return {
    ports: { web: env.WAYBILL_WEB_PORT, api: env.WAYBILL_API_PORT, aws: env.WAYBILL_AWS_PORT },
    dataDir: resolve(env.WAYBILL_DATA_DIR),
    externalStore: externalStoreOf(env),
  };
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
