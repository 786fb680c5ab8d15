import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  checksumOfBytes,
  MiB,
  partRequest,
  unpackSignature,
  type Route,
  type SignedParts,
} from "@waybill/core";
import { encodeKey, type RawRequest } from "./raw-request.ts";
import type { Scene } from "./scene.ts";
import type { AppCaller } from "@waybill/api/testing";

/** One request that an attacker may send, for a key of his own. */
export interface Granted {
  request: RawRequest;
  key: string;
  /** How that key stands in the request's path. */
  encodedKey: string;
  /** Ask for the same grant, as whoever this is. */
  again: (caller: AppCaller) => Promise<unknown>;
}

export const MISUSES = [
  "for another method",
  "for another key",
  "with another length",
  "with another type",
  "with another checksum",
  "with other bytes",
  "so that it may replace what is there",
  "when it has ended",
  "a second time",
  "as another principal",
] as const;
export type Misuse = (typeof MISUSES)[number];

/** Status and code. */
export type Refusal = `${number} ${string}`;
/** It is answered, and why that is right. */
type Harmless = `harmless: ${string}`;

const SIGNATURE = "403 SignatureDoesNotMatch";
const EXPIRED = "403 AccessDenied";

/** What the API grants on one route. A route that is new adds a row. */
export interface GrantRow {
  name: string;
  route: Route;
  obtain(scene: Scene): Promise<Granted>;
  /** How each misuse of it ends. */
  misused: Record<Misuse, Refusal | Harmless>;
}

export const BYTES = new TextEncoder().encode("own");
const checksum = checksumOfBytes("CRC64NVME", BYTES);

export const GRANTS: readonly GrantRow[] = [
  {
    name: "a presigned PUT",
    route: "presigned",
    misused: {
      "for another method": SIGNATURE,
      "for another key": SIGNATURE,
      "with another length": SIGNATURE,
      "with another type": SIGNATURE,
      "with another checksum": SIGNATURE,
      "with other bytes": "400 BadDigest",
      "so that it may replace what is there": SIGNATURE,
      "when it has ended": EXPIRED,
      "a second time": "412 PreconditionFailed",
      "as another principal": "403 TOKEN_INVALID",
    },
    async obtain({ caller, collection }) {
      const upload = { collection, fileName: fileName(), route: "presigned" } as const;
      const { key, token, parts } = await caller.uploads.create({
        ...upload,
        sizeBytes: BYTES.length,
        partChecksums: [checksum],
      });
      const again = signedAgain(token, 1);
      return { ...ofParts(key, parts, { partNumber: 1, signatureIndex: 0 }), again };
    },
  },
  {
    name: "a presigned part",
    route: "presigned",
    misused: {
      "for another method": SIGNATURE,
      "for another key": SIGNATURE,
      "with another length": SIGNATURE,
      "with another type": "harmless: a part has no type, and the upload has had its own since it began",
      "with another checksum": SIGNATURE,
      "with other bytes": "400 BadDigest",
      "so that it may replace what is there":
        "harmless: that is asked when the upload is completed, by the API",
      "when it has ended": EXPIRED,
      "a second time": "harmless: it takes the same bytes only",
      "as another principal": "403 TOKEN_INVALID",
    },
    async obtain({ caller, collection }) {
      const upload = { collection, fileName: fileName(), route: "presigned" } as const;
      const { key, token } = await caller.uploads.create({
        ...upload,
        sizeBytes: 5 * MiB + BYTES.length,
        partSizeBytes: 5 * MiB,
      });
      const parts = await caller.uploads.sign({ token, parts: [{ partNumber: 2, checksum }] });
      const again = signedAgain(token, 2);
      return { ...ofParts(key, parts, { partNumber: 2, signatureIndex: 0 }), again };
    },
  },
  {
    name: "a presigned GET",
    route: "presigned",
    misused: {
      "for another method": SIGNATURE,
      "for another key": SIGNATURE,
      "with another length": "harmless: nothing is sent",
      "with another type": SIGNATURE,
      "with another checksum": "harmless: nothing is sent",
      "with other bytes": "harmless: nothing is sent",
      "so that it may replace what is there": "harmless: nothing is sent",
      "when it has ended": EXPIRED,
      "a second time": "harmless: it is read as often as its holder likes",
      "as another principal": "404 OBJECT_NOT_FOUND",
    },
    async obtain(scene) {
      const key = await storeOwn(scene);
      const grant = await scene.caller.downloads.create({ key, route: "presigned" });
      if (grant.route === "credentials") throw new Error("It was to be signed.");
      const again = (caller: AppCaller) => caller.downloads.create({ key });
      return { ...toGranted(key, { ...grant.request, body: undefined }), again };
    },
  },
];

/** What the server signs further parts by. */
function signedAgain(token: string, partNumber: number): Granted["again"] {
  return (caller) => caller.uploads.sign({ token, parts: [{ partNumber, checksum }] });
}

let count = 0;
const fileName = () => `own-${++count}.txt`;

/** An object of the attacker's own. */
export async function storeOwn({ api, ownPrefix }: Scene): Promise<string> {
  const { client, bucket } = api.direct;
  const key = `${ownPrefix}${fileName()}`;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: BYTES }));
  return key;
}

function ofParts(
  key: string,
  { template, signatures, signatureForm }: SignedParts,
  { partNumber, signatureIndex }: { partNumber: number; signatureIndex: number },
): Omit<Granted, "again"> {
  const signature = unpackSignature(signatures, signatureIndex, signatureForm) ?? "";
  const request = partRequest(template, { partNumber, signature, checksum, sizeBytes: BYTES.length });
  return toGranted(key, { ...request, body: BYTES });
}

function toGranted(
  key: string,
  { method, url, headers, body }: Omit<RawRequest, "origin" | "path"> & { url: string },
): Omit<Granted, "again"> {
  const { origin } = new URL(url);
  const path = url.slice(origin.length);
  const encodedKey = encodeKey(key);
  if (!path.includes(encodedKey)) throw new Error(`${path} does not name ${encodedKey}.`);
  return { key, encodedKey, request: { method, origin, path, headers: { ...headers }, body } };
}
