import assert from "node:assert/strict";
import { contentDisposition } from "../src/keys/content-disposition.ts";
import { createRequestSigner } from "../src/s3/request-signer.ts";
import { partRequest } from "../src/multipart/part-request.ts";
import { MAX_LIST_PAGE } from "../src/s3-limits.ts";
import { SignedParts } from "../src/schemas/upload.ts";
import type { RequestToSign } from "../src/sigv4/canonical-request.ts";
import { packSignatures } from "../src/sigv4/pack-signatures.ts";
import { unpackSignature } from "../src/sigv4/packed-signatures.ts";
import type { SigningLanes } from "../src/sigv4/signing-lanes.ts";
import { createPlainLane } from "../src/sigv4/plain-lane.ts";
import { presignAll } from "../src/sigv4/presign-all.ts";
import { presign, presignedUrlAround } from "../src/sigv4/presign.ts";
import { signParts } from "../src/sigv4/sign-parts.ts";
import { createWasmLanes } from "../src/sigv4/wasm-lanes.ts";
import { measure, MEDIANS, type Contestant, type Result } from "./measure.ts";
import { peers, perPart, sdkGetUrl, sdkPartUrl } from "./sign-peers.ts";
import * as job from "./signing-job.ts";

const plain = createPlainLane();
const wasm = createWasmLanes() ?? assert.fail("This Node has no WebAssembly with SIMD.");
const signer = createRequestSigner({
  address: { bucket: "bucket", origin: job.origin, pathPrefix: "" },
  region: job.region,
  credentials: async () => job.credentials,
  now: () => job.signedAt,
});
const { parts } = job;
/** As many objects as S3 lists at once, each with a file name of its own. */
const downloads = parts.slice(0, MAX_LIST_PAGE).map(({ partNumber }) => ({
  key: job.key.replace("recording", `recording ${partNumber}`),
  disposition: contentDisposition("attachment", `clip ${partNumber}.mov`),
}));
type Download = (typeof downloads)[number];

console.log(await benchSign());

/** UploadPart requests with signed length and CRC64NVME, and downloads; session token of 1,000 characters. */
async function benchSign(): Promise<string> {
  await assertSameAsSdk();
  const uploads = await measure([
    perPart("AWS SDK, getSignedUrl", sdkPartUrl),
    ...(await peers()),
    perPart("**Waybill**, presign: one URL at a time", presignPart, 2000),
    allParts("**Waybill**, signParts in plain TypeScript", () => signAll(plain)),
    allParts("**Waybill**, signParts in WebAssembly", () => signAll(wasm)),
    allParts("**Waybill**, the same and all 10,000 URLs", () => eachUrl(signAll(wasm), () => {})),
    allParts("**Waybill**, the same as the API's whole answer ³", answer),
  ]);
  const gets = await measure([
    perDownload("AWS SDK, getSignedUrl", sdkGetUrl, 300),
    perDownload("**Waybill**, presign", presignGet),
    {
      name: "**Waybill**, presignAll in plain TypeScript",
      times: downloads.length,
      run: () => void presignDownloads(plain),
    },
    {
      name: "**Waybill**, presignAll in WebAssembly",
      times: downloads.length,
      run: () => void presignDownloads(wasm),
    },
  ]);
  return [
    "## Signing",
    "",
    `${job.PARTS.toLocaleString("en")} UploadPart requests with length and CRC64NVME signed, session token of`,
    `${job.credentials.sessionToken.length.toLocaleString("en")} characters. Waybill's signatures are the SDK's, byte by byte. ${MEDIANS}`,
    "",
    ...table("a part", uploads),
    "",
    "¹ Signs the host only: neither length nor checksum. ² Knows no session tokens. ³ Signed, packed, checked",
    `against its schema and written as tRPC's JSON: ${Math.round((await answer()).length / 1000)} kB.`,
    "",
    "Downloads of different objects, each with a file name of its own:",
    "",
    ...table("a URL", gets),
    "",
  ].join("\n");
}

async function assertSameAsSdk(): Promise<void> {
  const urls: string[] = [];
  eachUrl(signAll(wasm), (url) => urls.push(url));
  assert.deepEqual(signAll(wasm), signAll(plain));
  const gets = presignDownloads(wasm);
  assert.deepEqual(gets, presignDownloads(plain));
  for (const index of [0, 8, 9, 98, 99, 998, 999, 4999, 9998, 9999]) {
    const part = parts[index] ?? assert.fail();
    const expected = await sdkPartUrl(part);
    assert.equal(urls[index], expected);
    assert.equal(presignPart(part), expected);
  }
  for (const index of [0, 9, 99, 499, 999]) {
    const download = downloads[index] ?? assert.fail();
    const expected = await sdkGetUrl(download);
    assert.equal(gets[index], expected);
    assert.equal(presignGet(download), expected);
  }
}

function signAll(lanes: SigningLanes): Uint8Array {
  return signParts({ ...job.uploadPart, checksumHeader: job.CHECKSUM_HEADER }, parts, lanes);
}

/** As a client makes them from an answer: each is one flat string at the end, and no rope of pieces. */
function eachUrl(signatures: Uint8Array, use: (url: string) => void): void {
  const packed = packSignatures(signatures);
  const { head, tail } = presignedUrlAround({
    ...job.uploadPart,
    query: { ...job.uploadPart.query, partNumber: "0" },
    headers: { "content-length": "", [job.CHECKSUM_HEADER]: "" },
  });
  const url = `${head}{signature}${tail}`.replace("&partNumber=0&", "&partNumber={partNumber}&");
  const template = { method: "PUT" as const, url, headers: {}, checksumHeader: job.CHECKSUM_HEADER };
  for (const [index, part] of parts.entries()) {
    const signature = unpackSignature(packed, index) ?? "";
    const request = partRequest(template, { ...part, signature });
    request.url.charCodeAt(0); // flattens it
    use(request.url);
  }
}

/** What tRPC sends for `uploads.sign`. */
async function answer(): Promise<string> {
  const { key, uploadId, plan } = job;
  const data = await signer.signParts({ key, uploadId, plan, integrity: "CRC64NVME", parts, policy: 900 });
  return JSON.stringify({ result: { data: SignedParts.parse(data) } });
}

function presignPart({ partNumber, sizeBytes, checksum }: job.Part): string {
  return presign({
    ...job.uploadPart,
    query: { ...job.uploadPart.query, partNumber: String(partNumber) },
    headers: { "content-length": String(sizeBytes), [job.CHECKSUM_HEADER]: checksum },
  });
}

function presignGet(download: Download): string {
  return presign({ ...job.uploadPart, ...downloadRequest(download) });
}

function presignDownloads(lanes: SigningLanes): string[] {
  return presignAll(job.uploadPart, downloads.map(downloadRequest), lanes);
}

function downloadRequest({ key, disposition }: Download): RequestToSign {
  return {
    method: "GET",
    origin: job.origin,
    path: `/${key}`,
    query: {
      "response-content-disposition": disposition,
      "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
      "x-amz-checksum-mode": "ENABLED",
      "x-id": "GetObject",
    },
  };
}

function perDownload(
  name: string,
  sign: (download: Download) => unknown,
  times = downloads.length,
): Contestant {
  return {
    name,
    times,
    async run(count) {
      for (const download of downloads.slice(0, count)) await sign(download);
    },
  };
}

function allParts(name: string, run: () => unknown): Contestant {
  return { name, times: job.PARTS, run: async () => void (await run()) };
}

function table(unit: string, results: readonly Result[]): string[] {
  const baseline = results[0]?.microseconds ?? Number.NaN;
  return [
    `| | µs ${unit} | ms for 10,000 | x SDK |`,
    "| --- | ---: | ---: | ---: |",
    ...results.map(
      ({ name, microseconds }) =>
        `| ${name} | ${microseconds.toFixed(1)} | ${((microseconds * job.PARTS) / 1000).toFixed(0)} | ${(baseline / microseconds).toFixed(1)} |`,
    ),
  ];
}
