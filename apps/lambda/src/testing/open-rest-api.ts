import { createSigningRole, createStsClient } from "@waybill/core/s3";
import { createRestApi, type RestApi } from "@waybill/local-aws";
import { createRestApiDefinition } from "../rest-api/definition.ts";
import type { DoorKeys } from "./door-keys.ts";

/** The store that doors stand before. */
export interface StoreBehind {
  bucket: string;
  region: string;
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/**
 * The REST API of the definition, behind the stand-in of API Gateway, with the authorizer that is deployed. That reads its
 * keys when it is loaded: one pair for each process.
 *
 * @param options.stsEndpoint - where the store's is not the way to it
 * @param options.onAsked - the authorizer is
 */
export async function openRestApi(options: {
  store: StoreBehind;
  roleArn: string;
  keys: DoorKeys;
  allowedOrigins: string[];
  stsEndpoint?: string;
  onAsked?: () => void;
  log?: (line: string) => void;
}): Promise<AsyncDisposable & { api: RestApi }> {
  const { store, roleArn, keys, allowedOrigins, onAsked, log } = options;
  const { bucket, region, endpoint, credentials } = store;
  process.env["WAYBILL_DOOR_PUBLIC_KEYS"] = keys.publicText;
  const { handler: authorize } = await import("@waybill/lambda/rest-authorizer"); // the bundle that is deployed
  const sts = await createStsClient({
    region,
    endpoint: options.stsEndpoint ?? endpoint,
    credentials: async () => ({ ...credentials }),
  });
  const api = await createRestApi({
    definition: createRestApiDefinition({
      bucket,
      region,
      roleArn,
      authorizerUri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/authorizer/invocations`,
      allowedOrigins,
    }),
    region,
    s3Endpoint: endpoint,
    assumeRole: createSigningRole({
      sts: async () => sts,
      now: () => new Date(),
      roleArn,
      sessionName: "gateway",
      durationSeconds: 3600,
    }),
    invokeAuthorizer(event) {
      onAsked?.();
      return authorize(event);
    },
    ...(log === undefined ? {} : { log }),
  });
  return {
    api,
    async [Symbol.asyncDispose]() {
      await api.close();
      sts.destroy();
    },
  };
}
