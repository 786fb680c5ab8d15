import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createCloudFrontSigner,
  createDoorSigner,
  doorKeyText,
  importCloudFrontKey,
  importDoorKey,
  uriEncodeKey,
  type DoorKey,
  type DoorRoute,
  type RouteChoice,
  type RouteSigner,
} from "@waybill/core";
import { assumeRole, createSigningRole, createStsClient } from "@waybill/core/s3";
import type { ApiDeps } from "@waybill/api";
import { createRestApiDefinition } from "@waybill/lambda/rest-api-definition";
import type { handler as EdgeHandler } from "@waybill/lambda/edge";
import { DOOR_ARN, toDistribution } from "@waybill/lambda/testing/local-distribution";
import { writeEdgeBundle } from "@waybill/lambda/write-edge-bundle";
import { createCloudFront, createRestApi, type LocalAws } from "@waybill/local-aws";
import { BUCKET } from "./open-api.ts";

/** Of what stands before the store, and of sessions for clients. */
export const DOOR_ROLE = {
  name: "waybill-doors",
  policies: [
    {
      Statement: [
        {
          Effect: "Allow" as const,
          Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
          Resource: `arn:aws:s3:::${BUCKET}/*`,
        },
        { Effect: "Allow" as const, Action: "s3:ListBucket", Resource: `arn:aws:s3:::${BUCKET}` },
      ],
    },
  ],
};

interface DoorOptions {
  aws: LocalAws;
  dataDir: string;
  /** The way to the store that a door takes, as everybody does. */
  storeOrigin: string;
}

/** What a route needs besides the API: a front door, where it has one, and what the API then signs with. */
export async function openDoor(
  route: RouteChoice,
  options: DoorOptions,
): Promise<AsyncDisposable & { deps: Partial<ApiDeps> }> {
  if (route === "credentials") return withVending(options);
  if (route === "apigateway") return withRestApi(options);
  if (route === "cloudfront") return withCloudFront(options);
  return { deps: {}, [Symbol.asyncDispose]: async () => {} };
}

async function withVending({
  aws,
  storeOrigin,
}: DoorOptions): Promise<AsyncDisposable & { deps: Partial<ApiDeps> }> {
  const sts = await stsOf(aws);
  const roleArn = aws.roleArn(DOOR_ROLE.name);
  return {
    deps: {
      vending: {
        assume: (session) => assumeRole(async () => sts, { roleArn, ...session }),
        bucketArn: `arn:aws:s3:::${BUCKET}`,
        endpoint: storeOrigin,
      },
    },
    [Symbol.asyncDispose]: async () => sts.destroy(),
  };
}

async function withRestApi({ aws, storeOrigin }: DoorOptions) {
  const keys = await doorKeys;
  process.env["WAYBILL_DOOR_PUBLIC_KEYS"] = keys.publicText;
  const { handler: authorize } = await import("@waybill/lambda/rest-authorizer"); // the bundle that is deployed
  const sts = await stsOf(aws);
  const roleArn = aws.roleArn(DOOR_ROLE.name);
  const api = await createRestApi({
    definition: createRestApiDefinition({
      bucket: BUCKET,
      region: aws.region,
      roleArn,
      authorizerUri: `arn:aws:apigateway:${aws.region}:lambda:path/2015-03-31/functions/authorizer/invocations`,
      allowedOrigins: ["*"],
    }),
    s3Endpoint: storeOrigin,
    assumeRole: createSigningRole({
      sts: async () => sts,
      now: () => new Date(),
      roleArn,
      sessionName: "gateway",
      durationSeconds: 3600,
    }),
    invokeAuthorizer: (event) => authorize(event),
  });
  const urlOf = (objectKey: string) => `${api.endpoint}/objects/${doorKeyText(objectKey)}`;
  return {
    deps: { doors: { apigateway: doorSigner("apigateway", urlOf, keys.signing) } },
    async [Symbol.asyncDispose]() {
      sts.destroy();
      await api.close();
    },
  };
}

async function withCloudFront({ aws, dataDir, storeOrigin }: DoorOptions) {
  const keys = await doorKeys;
  const module = writeEdgeBundle(join(dataDir, "edge"), [{ keyId: "rig", spki: keys.spki }]);
  const { handler }: { handler: typeof EdgeHandler } = await import(pathToFileURL(module).href);
  const cloudFront = await createCloudFront({
    ...toDistribution({
      bucket: BUCKET,
      region: aws.region,
      origins: ["*"],
      publicKeys: new Map([["rig", keys.spki]]), // the same key pair will do
    }),
    functions: { [DOOR_ARN]: handler },
    s3: { endpoint: storeOrigin, region: aws.region, dataDir },
    loopbackIsSecure: true, // as browsers have it
  });
  const url = cloudFront.endpoint;
  const cloudFrontKey = await importCloudFrontKey({
    keyPairId: "rig",
    privateKeyPem: keys.privateKeyPem,
    hash: "SHA-256",
  });
  return {
    deps: {
      doors: {
        cloudfront: {
          ...doorSigner("cloudfront", (objectKey) => `${url}/up/${uriEncodeKey(objectKey)}`, keys.signing),
          ...createCloudFrontSigner({ url, key: async () => cloudFrontKey, now: () => new Date() }),
        },
      },
    },
    [Symbol.asyncDispose]: () => cloudFront.close(),
  };
}

function doorSigner(route: DoorRoute, urlOf: (objectKey: string) => string, key: DoorKey): RouteSigner {
  return createDoorSigner({ route, urlOf, key: async () => key, now: () => new Date() });
}

function stsOf(aws: LocalAws) {
  const { region, endpoint } = aws;
  return createStsClient({ region, endpoint, credentials: async () => aws.credentials });
}

/** One for all doors of a process, since what is bundled reads it when it is loaded. */
const doorKeys = makeDoorKeys();

async function makeDoorKeys() {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
  const base64 = Buffer.from(pkcs8).toString("base64");
  return {
    signing: await importDoorKey({ keyId: "rig", pkcs8 }),
    privateKeyPem: `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----`,
    publicText: `rig:${spki}`,
    spki,
  };
}
