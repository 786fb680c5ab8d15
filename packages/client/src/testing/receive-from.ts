import { sleep, type StoredObject } from "@waybill/core";
import type { ReceiverDeps } from "../engine/engine-deps.ts";
import { createFileDownload, type FileDownloadOptions } from "../engine/file-download.ts";
import { createGrantKeeper } from "../engine/grant-keeper.ts";
import { createTransfer, type Transfer } from "../engine/transfer.ts";
import type { DownloadResult } from "../engine/download-result.ts";
import { createConnectionPool } from "../node/connection-pool.ts";
import { receivingInTurn } from "../node/receive-once.ts";
import { openTargetFile } from "../node/target-file.ts";
import { checksumOfBytes } from "./checksum-of-bytes.ts";
import { quickDeps } from "./quick-deps.ts";

interface Options {
  url: string;
  object: { bytes: Uint8Array; eTag: string };
  path: string;
  deps?: ReceiverDeps;
  options?: FileDownloadOptions;
  /** Called when the grant is renewed. */
  onRenew?: () => void;
}

/** Receive a file without an API: the grant is given, pauses are none, and a stall is noticed soon. */
export function receiveFrom({
  url,
  object,
  path,
  deps = quickDeps(),
  ...rest
}: Options): Transfer<DownloadResult> {
  const options = { rangeSizeBytes: 64 * 1024, ...rest.options };
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
    route: "presigned" as const,
  });
  let renewals = 0;
  const regrant = async () => {
    await sleep(5);
    rest.onRenew?.();
    return grant(++renewals);
  };
  const pool = createConnectionPool();
  const { stallMs } = deps;
  const steps = createFileDownload(
    deps,
    {
      open: (wanted) => openTargetFile(path, path, wanted),
      receiveOnce: receivingInTurn({ pool, stallMs }),
      rangeSizeBytes: 64 * 1024,
      maxConcurrency: 32,
    },
    {
      openGrants: async () => ({
        object: stored,
        route: "presigned" as const,
        routeReason: "",
        keeper: () => createGrantKeeper(grant(0), { regrant }),
      }),
      options,
    },
  );
  return createTransfer({
    signal: options.signal,
    run: steps.run,
    async end(...ending) {
      await steps.end(...ending);
      pool.close();
    },
  });
}
