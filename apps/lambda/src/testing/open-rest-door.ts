import type { RouteSigner } from "@waybill/core";
import type { LocalAws, RestApi } from "@waybill/local-aws";
import type { S3Client } from "@aws-sdk/client-s3";
import { doorSigner, makeDoorKeys } from "./door-keys.ts";
import { openRestApi } from "./open-rest-api.ts";
import { BUCKET, openStore } from "./open-store.ts";

export const PAGE = "https://page.example";

export interface RestDoor extends AsyncDisposable {
  aws: LocalAws;
  api: RestApi;
  /** Of the account, past the door. */
  client: S3Client;
  /** What the API would hand out. */
  signer: RouteSigner;
  /** How often the authorizer was asked. */
  asked: () => number;
  clock: { now: Date };
}

/** The REST API of the definition in front of a bucket, with its execution role and an authorizer. */
export async function openRestDoor(): Promise<RestDoor> {
  const clock = { now: new Date() };
  const store = await openStore({ roles: [{ name: "objects", policies: [EXECUTION_POLICY] }] });
  const { aws, client } = store;
  const keys = makeDoorKeys("k1");
  let asked = 0;
  const rest = await openRestApi({
    store: { ...aws, bucket: BUCKET },
    roleArn: aws.roleArn("objects"),
    keys,
    allowedOrigins: [PAGE],
    onAsked: () => (asked += 1),
  });
  const { api } = rest;
  return {
    aws,
    api,
    client,
    clock,
    asked: () => asked,
    signer: doorSigner("apigateway", { url: () => api.endpoint, keys, now: () => clock.now }),
    async [Symbol.asyncDispose]() {
      await rest[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** As `createRestApiDefinition` asks for it. */
const EXECUTION_POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: `arn:aws:s3:::${BUCKET}/*` },
  ],
};
