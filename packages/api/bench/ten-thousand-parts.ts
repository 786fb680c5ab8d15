import { createHash } from "node:crypto";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { MiB, planUpload } from "@waybill/core";
import {
  bucketAddress,
  createRequestSigner,
  createS3Client,
  createStoreClock,
  createStoreSender,
  sendByFetch,
} from "@waybill/core/s3";
import { appRouter, collections, createStoreLimits, createUploadTokens, type ApiDeps } from "../src/index.ts";

/*
 * The signatures of a large upload's 10,000 parts in one call of the API, as tRPC carries it: the request is read and
 * checked, the token verified, the parts signed, the answer checked and written. There is no network.
 */
const PARTS = 10_000;
const PART_BYTES = 8 * MiB;
const ROUNDS = 15;
const WARM_UP = 3;
const BUCKET = "bench";

const region = "eu-west-1";
const now = () => new Date("2026-11-23T10:00:00Z");
const credentials = async () => ({
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  sessionToken: createHash("shake256", { outputLength: 750 }).update("token").digest("base64"), // 1,000 characters
});
const address = bucketAddress({ bucket: BUCKET, region });
const store = {
  client: () => createS3Client({ region, credentials }),
  send: createStoreSender({
    address,
    region,
    credentials,
    clock: createStoreClock(now),
    transport: sendByFetch,
  }),
  bucket: BUCKET,
  integrity: "CRC64NVME" as const,
};
const deps: ApiDeps = {
  collections,
  store,
  limits: createStoreLimits({ store, collections, limits: {}, now }), // they are counted in the store
  audit: (line) => JSON.stringify(line),
  signer: createRequestSigner({ address, region, credentials, now }),
  doors: {},
  tokens: createUploadTokens({ keys: [{ kid: "bench", secret: new Uint8Array(32) }], now }),
  address,
  region,
  credentials,
  now,
  version: "0.0.0",
  login: null,
};

const token = await deps.tokens.issue({
  sub: "user",
  key: "files/user/018f3a2b-1c4d-7e8f-9a0b-1c2d3e4f5a6b/recording.mov",
  uploadId: "u".repeat(128),
  collection: "files",
  fileName: "recording.mov",
  contentType: "video/quicktime",
  metadata: {},
  route: "presigned",
  plan: planUpload({ sizeBytes: PARTS * PART_BYTES, route: "presigned" }),
});
const body = JSON.stringify({
  token,
  parts: Array.from({ length: PARTS }, (_, index) => ({
    partNumber: index + 1,
    checksum: createHash("shake256", { outputLength: 8 }).update(String(index)).digest("base64"),
  })),
});

const rounds: number[] = [];
let bytes = 0;
for (let round = -WARM_UP; round < ROUNDS; round++) {
  const startedAt = performance.now();
  const answer = await call();
  if (round >= 0) rounds.push(performance.now() - startedAt);
  bytes = answer.length;
}
const median = rounds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
console.log(`## Ten thousand parts in one call

\`uploads.sign\` for 10,000 parts through the whole router and tRPC's adapter, a session token of 1,000 characters:
request read and checked, upload token verified, parts signed, answer checked and written. No network. Median of ${ROUNDS}
calls: **${median.toFixed(0)} ms, ${Math.round(bytes / 1000)} kB** before compression.
`);

async function call(): Promise<Uint8Array> {
  const response = await fetchRequestHandler({
    endpoint: "",
    req: new Request("http://api/uploads.sign", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    }),
    router: appRouter,
    createContext: () => ({
      deps,
      requestId: "bench",
      authenticate: async () => ({ id: "user", scopes: [] }),
      setCookies: [],
    }),
  });
  if (!response.ok)
    throw new Error(`The API answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return new Uint8Array(await response.arrayBuffer());
}
