import type { CreateShareInput, CreateShareOutput } from "@waybill/core";
import { deleteObject, headObject } from "@waybill/core/s3";
import type * as z from "zod/mini";
import type { ApiDeps } from "../context.ts";
import { placeOfKey } from "../policy.ts";
import type { Principal } from "../principal.ts";
import { assertCounts, keepShare, type NewRecord } from "./kept-shares.ts";
import { createShareLink } from "./share-link.ts";
import { hashPassword } from "./share-password.ts";
import { describeShare } from "./share-record.ts";

/**
 * Share what somebody may read, as it is now.
 *
 * @throws {WaybillError} `OBJECT_NOT_FOUND`; `STORAGE_DENIED` for what is to be counted in a store that cannot
 */
export async function createShare(
  { store, collections, now }: ApiDeps,
  sharer: Principal,
  input: z.output<typeof CreateShareInput>,
): Promise<z.output<typeof CreateShareOutput>> {
  const { key, expiresIn, password, maxDownloads, disposition } = input;
  placeOfKey(collections, sharer, "read", key);
  const { eTag, fileName } = await headObject(store, key);
  const createdAt = now();
  const record: NewRecord = {
    version: 1,
    key,
    eTag,
    fileName,
    disposition,
    sharer: { id: sharer.id, scopes: [...sharer.scopes] },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresIn === null ? null : new Date(createdAt.getTime() + expiresIn * 1000).toISOString(),
    password: password === undefined ? null : await hashPassword(password),
    attempts: { since: createdAt.toISOString(), count: 0 },
    downloads: maxDownloads === undefined ? null : { count: 0, most: maxDownloads },
  };
  const link = createShareLink(sharer);
  await keepShare(store, link.key, record);
  try {
    if (record.password !== null || record.downloads !== null) await assertCounts(store, link.key, record);
  } catch (error) {
    await deleteObject(store, link.key);
    throw error;
  }
  return { share: describeShare(link.id, { ...record, turn: "" }, createdAt), path: link.path };
}
