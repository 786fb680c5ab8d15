import { generateKeyPairSync } from "node:crypto";
import type { ApiDeps } from "@waybill/api";
import type { StoreToUse } from "@waybill/api/testing";
import { createDoorSigner, doorKeyText, importDoorKey, type DoorRoute } from "@waybill/core";
import { createSigningRole, createStsClient } from "@waybill/core/s3";
import { createRestApiDefinition } from "@waybill/lambda/rest-api-definition";
import { createHttpApi, createRestApi } from "@waybill/local-aws";
import { lambdaContext } from "../src/lambda-context.ts";

/** Through what bytes can go besides straight to the store. */
export interface OpenDoors extends AsyncDisposable {
  signers: ApiDeps["doors"];
}

/**
 * The bundles that are deployed, behind the gateways' stand-ins. They read the environment once: one set of doors for each
 * process.
 */
export async function openDoors(store: StoreToUse): Promise<OpenDoors> {
  const { bucket, region, endpoint, credentials } = store;
  const keys = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const pkcs8 = new Uint8Array(keys.privateKey.export({ type: "pkcs8", format: "der" }));
  const spki = keys.publicKey.export({ type: "spki", format: "der" });
  Object.assign(process.env, {
    WAYBILL_S3_BUCKET: bucket,
    WAYBILL_S3_ENDPOINT: endpoint,
    WAYBILL_S3_FORCE_PATH_STYLE: "true",
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    WAYBILL_TOKEN_KEYS: `k1:${Buffer.alloc(32, 1).toString("base64")}`,
    WAYBILL_DOOR_KEYS: `d1:${Buffer.from(pkcs8).toString("base64")}`,
    WAYBILL_DOOR_PUBLIC_KEYS: `d1:${spki.toString("base64")}`,
    WAYBILL_LAMBDA_URL: "https://lambda.example",
  });
  const { handler } = await import("@waybill/lambda/handler");
  const { handler: authorize } = await import("@waybill/lambda/rest-authorizer");
  const lambda = await createHttpApi({ invoke: (event) => handler(event, lambdaContext()) });
  const sts = await createStsClient({ region, endpoint, credentials: async () => ({ ...credentials }) });
  const { roleArn } = store.sts;
  const rest = await createRestApi({
    definition: createRestApiDefinition({
      bucket,
      region,
      roleArn,
      authorizerUri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/authorizer/invocations`,
      allowedOrigins: [],
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
    invokeAuthorizer: (event) => authorize(event),
  });
  const signerOf = (route: DoorRoute, url: string) =>
    createDoorSigner({
      route,
      urlOf: (key) => `${url}/objects/${doorKeyText(key)}`,
      key: () => importDoorKey({ keyId: "d1", pkcs8 }),
      now: () => new Date(),
    });
  return {
    signers: {
      lambda: signerOf("lambda", lambda.endpoint),
      apigateway: signerOf("apigateway", rest.endpoint),
    },
    async [Symbol.asyncDispose]() {
      sts.destroy();
      await rest.close();
      await lambda.close();
    },
  };
}
