import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { AppCaller } from "@waybill/api/testing";
import {
  checksumOfBytes,
  doorKeyText,
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
  /** How keys stand in the path of such requests. */
  encode: (key: string) => string;
  /** Ask for the same grant, as whoever this is. */
  again: (caller: AppCaller) => Promise<unknown>;
}

/** On which the API signs each request. */
export type SignedRoute = Exclude<Route, "credentials">;

/** What whoever obtains a grant sends with it. */
export const BYTES = new TextEncoder().encode("own");
const checksum = checksumOfBytes("CRC64NVME", BYTES);

/** To store a few bytes. */
export function obtainPut(route: SignedRoute): (scene: Scene) => Promise<Granted> {
  return async ({ caller, collection }) => {
    const { key, token, parts } = await caller.uploads.create({
      collection,
      fileName: newName(),
      route,
      sizeBytes: BYTES.length,
      partChecksums: [checksum],
    });
    return { ...ofParts(route, key, parts, 1), again: signedAgain(token, 1) };
  };
}

/** To send the second part of two. */
export function obtainPart(route: SignedRoute): (scene: Scene) => Promise<Granted> {
  return async ({ caller, collection }) => {
    const { key, token } = await caller.uploads.create({
      collection,
      fileName: newName(),
      route,
      sizeBytes: 5 * MiB + BYTES.length,
      partSizeBytes: 5 * MiB,
    });
    const parts = await caller.uploads.sign({ token, parts: [{ partNumber: 2, checksum }] });
    return { ...ofParts(route, key, parts, 2), again: signedAgain(token, 2) };
  };
}

/** To read what is one's own. */
export function obtainGet(route: SignedRoute): (scene: Scene) => Promise<Granted> {
  return async (scene) => {
    const key = await storeOwn(scene);
    const grant = await scene.caller.downloads.create({ key, route });
    if (grant.route === "credentials") throw new Error("It was to be signed.");
    const again = (caller: AppCaller) => caller.downloads.create({ key });
    return { ...toGranted(route, key, { ...grant.request, body: undefined }), again };
  };
}

/** To read a folder of what is one's own. */
export async function obtainCookies(scene: Scene): Promise<Granted> {
  const { api, attacker } = scene;
  const folder = `${scene.ownPrefix}folder-${++count}/`;
  const key = await storeOwn(scene, folder);
  const setCookies: string[] = [];
  const { url } = await api.as(attacker, api.deps, setCookies).downloads.cookies({ prefix: folder });
  const cookie = setCookies.map((each) => each.split("; ")[0]).join("; ");
  const request = { method: "GET", url: url + encodeKey(key.slice(folder.length)), headers: { cookie } };
  const again = (caller: AppCaller) => caller.downloads.cookies({ prefix: folder });
  return { ...toGranted("cloudfront", key, { ...request, body: undefined }), again };
}

let count = 0;

function newName(): string {
  return `own-${++count}.txt`;
}

/** An object of the attacker's own. */
export async function storeOwn({ api, ownPrefix }: Scene, prefix = ownPrefix): Promise<string> {
  const { client, bucket } = api.direct;
  const key = `${prefix}${newName()}`;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: BYTES }));
  return key;
}

/** What the server signs further parts by. */
function signedAgain(token: string, partNumber: number): Granted["again"] {
  return (caller) => caller.uploads.sign({ token, parts: [{ partNumber, checksum }] });
}

function ofParts(
  route: SignedRoute,
  key: string,
  { template, signatures, signatureForm }: SignedParts,
  partNumber: number,
): Omit<Granted, "again"> {
  const signature = unpackSignature(signatures, 0, signatureForm) ?? "";
  const request = partRequest(template, { partNumber, signature, checksum, sizeBytes: BYTES.length });
  return toGranted(route, key, { ...request, body: BYTES });
}

function toGranted(
  route: SignedRoute,
  key: string,
  { method, url, headers, body }: Omit<RawRequest, "origin" | "path"> & { url: string },
): Omit<Granted, "again"> {
  const { origin } = new URL(url);
  const path = url.slice(origin.length);
  const encode = route === "lambda" || route === "apigateway" ? doorKeyText : encodeKey;
  if (!path.includes(encode(key))) throw new Error(`${path} does not name ${key}.`);
  return { key, encode, request: { method, origin, path, headers: { ...headers }, body } };
}
