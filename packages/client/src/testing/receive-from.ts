import { createCrc64Nvme, sleep, type StoredObject } from "@waybill/core";
import { createConnectionPool } from "../node/connection-pool.ts";
import { createGrantKeeper } from "../engine/grant-keeper.ts";
import { quickDeps } from "./quick-deps.ts";
import { receiveFile, type FileReceiver } from "../node/receive-file.ts";

interface Options {
  url: string;
  object: { bytes: Uint8Array; eTag: string };
  path: string;
  receiver?: Partial<FileReceiver>;
  /** Called when the grant is renewed. */
  onRenew?: () => void;
}

/** Receive a file without an API: the grant is given, pauses are none, and a stall is noticed soon. */
export async function receiveFrom({ url, object, path, receiver, onRenew }: Options): Promise<string> {
  const stored: StoredObject = {
    key: "object",
    fileName: "object",
    contentType: "application/octet-stream",
    metadata: {},
    sizeBytes: object.bytes.length,
    eTag: object.eTag,
    checksum: { algorithm: "CRC64NVME", value: checksumOfBytes(object.bytes) },
    lastModified: new Date(0).toISOString(),
  };
  const grant = (version: number) => ({
    object: stored,
    request: { method: "GET" as const, url: `${url}?grant=${version}`, headers: {} },
    expiresAt: stored.lastModified,
  });
  let renewals = 0;
  const regrant = async () => {
    await sleep(5);
    onRenew?.();
    return grant(++renewals);
  };
  const pool = createConnectionPool();
  try {
    return await receiveFile(
      {
        deps: quickDeps(),
        pool,
        grants: createGrantKeeper(grant(0), regrant),
        signal: new AbortController().signal,
        rangeSizeBytes: 64 * 1024,
        concurrency: 4,
        keepPartial: false,
        onBytes: () => {},
        ...receiver,
      },
      stored,
      { path, asked: path },
    );
  } finally {
    pool.close();
  }
}

function checksumOfBytes(bytes: Uint8Array): string {
  const checksum = createCrc64Nvme();
  checksum.update(bytes);
  return checksum.digest();
}
