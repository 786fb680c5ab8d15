import {
  bucketAddress,
  createRequestSigner,
  createS3Client,
  createSessionVendor,
  createStoreClock,
  createStoreSender,
  createStsClient,
  sendByFetch,
} from "@waybill/core/s3";
import type { Credentials, Integrity } from "@waybill/core";
import type { ChecksumSupport, Faults } from "@waybill/local-aws";
import { appRouter } from "../app-router.ts";
import { AuditLine } from "../audit/audit-line.ts";
import { collections } from "../collections/default-collections.ts";
import type { Collections } from "../collections/define-collections.ts";
import type { ApiDeps } from "../context.ts";
import type { LimitSettings } from "../limits/limit-settings.ts";
import { createStoreLimits } from "../limits/store-limits.ts";
import type { Principal } from "../principal.ts";
import { createUploadTokens } from "../upload-token.ts";
import { openStandIn, type StoreToUse } from "./open-stand-in.ts";

export { openStandIn, type StoreToUse };

/** The API, called as by one principal. */
export type AppCaller = ReturnType<typeof appRouter.createCaller>;

export interface OpenApiOptions {
  /** Default: a stand-in of its own. It is closed with the API. */
  store?: StoreToUse;
  /** Puts something between everybody and the store: given the store's address, answers the one to use. */
  through?: (endpoint: string) => Promise<string>;
  collections?: Collections;
  /** Which the stand-in has; default: all. */
  checksums?: ChecksumSupport;
  /** By what uploads are proven. Default: CRC64NVME. */
  integrity?: Integrity;
  /** Default: none, so that nothing but what is asked for goes to the store. */
  limits?: LimitSettings;
}

/** The router on a stand-in of S3, with a clock that tests can move for tokens and signatures. */
export async function openApi(options: OpenApiOptions = {}) {
  const { checksums = "kept", integrity = "CRC64NVME" } = options;
  const clock = { aheadMs: 0 };
  const store = options.store ?? (await openStandIn({ checksums }));
  const { bucket, region } = store;
  const endpoint = (await options.through?.(store.endpoint)) ?? store.endpoint;
  const clientOf = (address: string) =>
    createS3Client({
      region,
      endpoint: address,
      forcePathStyle: true,
      credentials: store.credentials,
      requestHandler: { requestTimeout: 2000, throwOnRequestTimeout: true },
    });
  const stsWith = (credentials: Credentials) =>
    createStsClient({ region, endpoint: store.sts.endpoint, credentials: async () => ({ ...credentials }) });
  const sts = await stsWith(store.credentials);
  const client = await clientOf(endpoint);
  const direct = await clientOf(store.endpoint);
  const now = () => new Date(Date.now() + clock.aheadMs);
  const learntClock = createStoreClock(now);
  learntClock.follow(client);
  const address = bucketAddress({ bucket, region, endpoint, forcePathStyle: true });
  const credentials = client.config.credentials;
  const senderOf = (place: typeof address) =>
    createStoreSender({ address: place, region, credentials, clock: learntClock, transport: sendByFetch });
  const bucketStore = { client: async () => client, send: senderOf(address), bucket, integrity };
  const offered = options.collections ?? collections;
  const { limits = {} } = options;
  /** An instance of the API more, which shares nothing with the others but the store. */
  const otherLimits = () => createStoreLimits({ store: bucketStore, collections: offered, limits, now });
  const audited: AuditLine[] = [];
  const deps: ApiDeps = {
    store: bucketStore,
    collections: offered,
    limits: otherLimits(),
    audit: (line) => audited.push(AuditLine.parse(line)),
    signer: createRequestSigner({ address, region, credentials, now: learntClock.now }),
    doors: {},
    tokens: createUploadTokens({ keys: [{ kid: "k1", secret: new Uint8Array(32).fill(7) }], now }),
    address,
    region,
    credentials,
    vending: {
      assume: createSessionVendor({ sts: async () => sts, stsWith, roleArn: store.sts.roleArn }),
      bucketArn: `arn:aws:s3:::${bucket}`,
      endpoint,
    },
    now,
    version: "0.0.0",
    login: null,
  };
  return {
    deps,
    /** The API's own, for tests that get between it and the store. */
    client,
    /** What goes wrong in the store on demand. */
    get faults(): Faults {
      if (store.faults === undefined) throw new Error("Only a stand-in fails on demand.");
      return store.faults;
    },
    /** The store, past whatever is between. */
    direct: {
      client: direct,
      bucket,
      store: {
        client: async () => direct,
        send: senderOf(bucketAddress({ bucket, region, endpoint: store.endpoint, forcePathStyle: true })),
        bucket,
        integrity,
      },
    },
    /** Where credentials come from, and the role they are sessions of. */
    sts: store.sts,
    clock,
    /** What was written into the audit log. */
    audited,
    otherLimits,
    /** The API as this principal sees it; undefined: nobody is logged in. */
    as: (principal: Principal | undefined, using: ApiDeps = deps, setCookies: string[] = []): AppCaller =>
      appRouter.createCaller({
        deps: using,
        requestId: "test",
        authenticate: async () => principal,
        setCookies,
      }),
    async [Symbol.asyncDispose]() {
      sts.destroy();
      client.destroy();
      direct.destroy();
      await store.close();
    },
  };
}
