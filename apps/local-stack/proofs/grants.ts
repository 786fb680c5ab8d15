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

/** One request that an attacker may send, for a key of his own. */
export interface Granted {
  request: RawRequest;
  key: string;
  /** How that key stands in the request's path. */
  encodedKey: string;
}

/** What the API grants on one route. A route that is new adds a row. */
export interface GrantRow {
  name: string;
  route: Route;
  obtain(scene: Scene): Promise<Granted>;
  /** The status with which the grant is taken, when it is used as it was meant. */
  accepted: number;
}

const BYTES = new TextEncoder().encode("own");
const checksum = checksumOfBytes("CRC64NVME", BYTES);

export const GRANTS: readonly GrantRow[] = [
  {
    name: "a presigned PUT",
    route: "presigned",
    accepted: 200,
    async obtain({ caller, collection }) {
      const upload = { collection, fileName: fileName(), route: "presigned" } as const;
      const { key, parts } = await caller.uploads.create({
        ...upload,
        sizeBytes: BYTES.length,
        partChecksums: [checksum],
      });
      return ofParts(key, parts, { partNumber: 1, signatureIndex: 0 });
    },
  },
  {
    name: "a presigned part",
    route: "presigned",
    accepted: 200,
    async obtain({ caller, collection }) {
      const upload = { collection, fileName: fileName(), route: "presigned" } as const;
      const { key, token } = await caller.uploads.create({
        ...upload,
        sizeBytes: 5 * MiB + BYTES.length,
        partSizeBytes: 5 * MiB,
      });
      const parts = await caller.uploads.sign({ token, parts: [{ partNumber: 2, checksum }] });
      return ofParts(key, parts, { partNumber: 2, signatureIndex: 0 });
    },
  },
  {
    name: "a presigned GET",
    route: "presigned",
    accepted: 200,
    async obtain(scene) {
      const key = await storeOwn(scene);
      const grant = await scene.caller.downloads.create({ key, route: "presigned" });
      if (grant.route === "credentials") throw new Error("It was to be signed.");
      return toGranted(key, { ...grant.request, body: undefined });
    },
  },
];

let count = 0;
const fileName = () => `own-${++count}.txt`;

/** An object of the attacker's own. */
export async function storeOwn({ api, ownPrefix }: Scene): Promise<string> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const { client, bucket } = api.direct;
  const key = `${ownPrefix}${fileName()}`;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: BYTES }));
  return key;
}

function ofParts(
  key: string,
  { template, signatures, signatureForm }: SignedParts,
  { partNumber, signatureIndex }: { partNumber: number; signatureIndex: number },
): Granted {
  const signature = unpackSignature(signatures, signatureIndex, signatureForm) ?? "";
  const request = partRequest(template, { partNumber, signature, checksum, sizeBytes: BYTES.length });
  return toGranted(key, { ...request, body: BYTES });
}

function toGranted(
  key: string,
  { method, url, headers, body }: Omit<RawRequest, "origin" | "path"> & { url: string },
): Granted {
  const { origin } = new URL(url);
  const path = url.slice(origin.length);
  const encodedKey = encodeKey(key);
  if (!path.includes(encodedKey)) throw new Error(`${path} does not name ${encodedKey}.`);
  return { key, encodedKey, request: { method, origin, path, headers: { ...headers }, body } };
}
