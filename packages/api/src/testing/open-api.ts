import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import {
  assumeRole,
  bucketAddress,
  createRequestSigner,
  createStoreClock,
  createStsClient,
} from "@waybill/core/s3";
import type { Integrity } from "@waybill/core";
import { createLocalAws, type ChecksumSupport } from "@waybill/local-aws";
import { appRouter } from "../app-router.ts";
import { collections } from "../collections/default-collections.ts";
import type { Collections } from "../collections/define-collections.ts";
import type { ApiDeps } from "../context.ts";
import type { Principal } from "../principal.ts";
import { createUploadTokens } from "../upload-token.ts";

const BUCKET = "waybill-test";
const ROLE = "waybill-sessions";
const ALL_OF_S3 = { Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } };

/** The API, called as by one principal. */
export type AppCaller = ReturnType<typeof appRouter.createCaller>;

export interface OpenApiOptions {
  /** Puts something between everybody and the store: given the store's address, answers the one to use. */
  through?: (endpoint: string) => Promise<string>;
  collections?: Collections;
  /** Which the store has; default: all. */
  checksums?: ChecksumSupport;
  /** By what uploads are proven. Default: CRC64NVME. */
  integrity?: Integrity;
}

/** The router on a stand-in of S3, with a clock that tests can move for tokens and signatures. */
export async function openApi(options: OpenApiOptions = {}) {
  const { checksums = "kept", integrity = "CRC64NVME" } = options;
  const dataDir = await mkdtemp(join(tmpdir(), "waybill-api-"));
  const aws = await createLocalAws({
    dataDir,
    checksums,
    buckets: [{ name: BUCKET }],
    roles: [{ name: ROLE, policies: [ALL_OF_S3] }],
  });
  const endpoint = (await options.through?.(aws.endpoint)) ?? aws.endpoint;
  const clientOf = (address: string) =>
    new S3Client({
      region: aws.region,
      endpoint: address,
      forcePathStyle: true,
      credentials: aws.credentials,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      requestHandler: { requestTimeout: 2000, throwOnRequestTimeout: true },
    });
  const sts = createStsClient({
    region: aws.region,
    endpoint: aws.endpoint,
    credentials: async () => ({ ...aws.credentials }),
  });
  const client = clientOf(endpoint);
  const direct = clientOf(aws.endpoint);
  const clock = { aheadMs: 0 };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const storeNow = createStoreClock(client, now);
  const { region } = aws;
  const address = bucketAddress({ bucket: BUCKET, region, endpoint, forcePathStyle: true });
  const credentials = client.config.credentials;
  const deps: ApiDeps = {
    store: { client, bucket: BUCKET, integrity },
    collections: options.collections ?? collections,
    signer: createRequestSigner({ address, region, credentials, now: storeNow }),
    doors: {},
    tokens: createUploadTokens({ keys: [{ kid: "k1", secret: new Uint8Array(32).fill(7) }], now }),
    address,
    region,
    credentials,
    vending: {
      assume: (session) => assumeRole(sts, { roleArn: aws.roleArn(ROLE), ...session }),
      bucketArn: `arn:aws:s3:::${BUCKET}`,
      endpoint,
    },
    now,
    version: "0.0.0",
    login: null,
  };
  return {
    deps,
    /** What goes wrong in the store on demand. */
    faults: aws.faults,
    /** The store, past whatever is between. */
    direct: { client: direct, bucket: BUCKET, integrity },
    clock,
    /** The API as this principal sees it; undefined: nobody is logged in. */
    as: (principal: Principal | undefined, using: ApiDeps = deps) =>
      appRouter.createCaller({ deps: using, authenticate: async () => principal }),
    async [Symbol.asyncDispose]() {
      sts.destroy();
      client.destroy();
      direct.destroy();
      await aws.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
