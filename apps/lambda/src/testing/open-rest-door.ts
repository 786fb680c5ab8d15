import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { createDoorSigner, doorKeyText, importDoorKey, type RouteSigner } from "@waybill/core";
import { createSigningRole, createStsClient } from "@waybill/core/s3";
import { createLocalAws, createRestApi, type LocalAws, type RestApi } from "@waybill/local-aws";
import { vi } from "vitest";
import { createRestApiDefinition } from "../rest-api/definition.ts";

export const BUCKET = "files";
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
  lines: string[];
  clock: { now: Date };
}

/** The REST API of the definition in front of a bucket, with its execution role and an authorizer. */
export async function openRestDoor(): Promise<RestDoor> {
  const dataDir = await mkdtemp(join(tmpdir(), "rest-door-"));
  const clock = { now: new Date() };
  const lines: string[] = [];
  const aws = await createLocalAws({
    dataDir,
    buckets: [{ name: BUCKET }],
    roles: [{ name: "objects", policies: [EXECUTION_POLICY] }],
  });
  const roleArn = aws.roleArn("objects");
  const credentials = createSigningRole({
    sts: () => createStsClient({ ...aws, credentials: async () => aws.credentials }),
    now: () => new Date(),
    roleArn,
    sessionName: "gateway",
    durationSeconds: 900,
  });
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["sign", "verify"],
  );
  const key = await importDoorKey({
    keyId: "k1",
    pkcs8: new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey)),
  });
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
  vi.stubEnv("WAYBILL_DOOR_PUBLIC_KEYS", `k1:${spki}`);
  const { handler: authorize } = await import("@waybill/lambda/rest-authorizer"); // the bundle that is deployed
  let asked = 0;
  const api = await createRestApi({
    definition: createRestApiDefinition({
      bucket: BUCKET,
      region: aws.region,
      roleArn,
      authorizerUri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/authorizer/invocations",
      allowedOrigins: [PAGE],
    }),
    s3Endpoint: aws.endpoint,
    assumeRole: credentials,
    async invokeAuthorizer(event) {
      asked += 1;
      return authorize(event);
    },
    log: (line) => lines.push(line),
  });
  const client = new S3Client({ ...aws, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" });
  return {
    aws,
    api,
    client,
    lines,
    clock,
    asked: () => asked,
    signer: createDoorSigner({
      route: "apigateway",
      urlOf: (objectKey) => `${api.endpoint}/objects/${doorKeyText(objectKey)}`,
      key: async () => key,
      now: () => clock.now,
    }),
    async [Symbol.asyncDispose]() {
      client.destroy();
      await api.close();
      await aws.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** As `createRestApiDefinition` asks for it. */
const EXECUTION_POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["s3:PutObject", "s3:GetObject"], Resource: `arn:aws:s3:::${BUCKET}/*` },
    { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${BUCKET}` },
  ],
};
