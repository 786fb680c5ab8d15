import {
  chooseRoute,
  combineCrc64Nvme,
  partRange,
  planUpload,
  WaybillError,
  type Checksum,
  type CreateUploadOutput,
  type Route,
  type RouteChoice,
  type StoredObject,
  type UploadPlan,
} from "@waybill/core";
import { callApi, FEW_ATTEMPTS, MANY_ATTEMPTS } from "./call-api.ts";
import { checksumOf } from "./checksum-of.ts";
import type { EngineDeps } from "./engine-deps.ts";
import type { Source, Transport } from "./platform.ts";
import { createProgressMeter, type Progress } from "./progress.ts";
import { sendAllParts } from "./send-all-parts.ts";

export interface UploadOptions {
  /** Default `files`. */
  collection?: string | undefined;
  /** Default: the source's own name. */
  fileName?: string | undefined;
  /** Default: the source's own type, else `application/octet-stream`. */
  contentType?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** Default `auto`. */
  route?: RouteChoice | undefined;
  /** 5 MiB to 5 GiB; chosen by size when left out. */
  partSizeBytes?: number | undefined;
  /** Parts in flight at once, 1 to 32. Default 4. */
  concurrency?: number | undefined;
  /** Aborting it stops the sockets and aborts the upload on the server. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** An object that is proven to be in the store, byte for byte. */
export interface UploadResult extends StoredObject {
  checksum: Checksum;
  route: Route;
  partCount: number;
  durationMs: number;
}

const DEFAULT_CONCURRENCY = 4;

/**
 * Move a source into the store: plan, ask for a waybill, send the parts, have them published.
 *
 * @returns only when the store's own full-object checksum equals that of the source
 * @throws {WaybillError} with the cause; a multipart upload that was begun is aborted
 */
export async function upload<Body>(
  deps: EngineDeps,
  source: Source<Body>,
  transport: Transport<Body>,
  options: UploadOptions = {},
): Promise<UploadResult> {
  const startedAt = deps.nowMs();
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const concurrency = Math.min(32, Math.max(1, options.concurrency ?? DEFAULT_CONCURRENCY));
  const { waybill, firstChecksums } = await createWaybill(deps, source, options, concurrency, signal);
  try {
    const meter = createProgressMeter({
      totalBytes: source.sizeBytes,
      nowMs: deps.nowMs,
      report: options.onProgress,
    });
    const sending = { deps, source, transport, waybill, firstChecksums, concurrency, signal };
    const partChecksums = await sendAllParts({ ...sending, onBytes: (bytes) => meter.update(bytes) });
    await source.assertUnchanged();
    const object = await complete(deps, { token: waybill.token, plan: waybill.plan, partChecksums, signal });
    return {
      ...object,
      route: waybill.route,
      partCount: waybill.plan.partCount,
      durationMs: deps.nowMs() - startedAt,
    };
  } catch (error) {
    await abortOnServer(deps, waybill.token);
    throw error;
  }
}

async function createWaybill<Body>(
  deps: EngineDeps,
  source: Source<Body>,
  options: UploadOptions,
  concurrency: number,
  signal: AbortSignal,
): Promise<{ waybill: CreateUploadOutput; firstChecksums: string[] }> {
  const { sizeBytes } = source;
  const route = chooseRoute(options.route ?? "auto");
  const plan = planUpload({ sizeBytes, route, partSizeBytes: options.partSizeBytes });
  const firstChecksums: string[] = [];
  for (let partNumber = 1; partNumber <= Math.min(concurrency, plan.partCount); partNumber++) {
    firstChecksums.push(await checksumOf(source, partRange(plan, partNumber), signal));
  }
  const input = {
    collection: options.collection,
    fileName: options.fileName ?? source.fileName,
    contentType: options.contentType ?? source.contentType,
    metadata: options.metadata,
    route: options.route,
    sizeBytes,
    partSizeBytes: plan.kind === "multipart" ? plan.partSizeBytes : options.partSizeBytes,
    partChecksums: firstChecksums,
  };
  const waybill = await callApi(deps, { signal, attempts: FEW_ATTEMPTS }, () =>
    deps.api.uploads.create.mutate(input, { signal }),
  );
  return { waybill, firstChecksums };
}

async function complete(
  deps: EngineDeps,
  options: { token: string; plan: UploadPlan; partChecksums: string[]; signal: AbortSignal },
): Promise<StoredObject & { checksum: Checksum }> {
  const { token, plan, partChecksums, signal } = options;
  const ranges = partChecksums.map((value, index) => {
    const { start, end } = partRange(plan, index + 1);
    return { value, sizeBytes: end - start };
  });
  const checksum: Checksum = { algorithm: "CRC64NVME", value: combineCrc64Nvme(ranges) };
  const object = await callApi(deps, { signal, attempts: MANY_ATTEMPTS }, () =>
    deps.api.uploads.complete.mutate({ token, partChecksums, checksum }, { signal }),
  );
  // The server has compared already; we believe what we can see for ourselves.
  if (object.checksum?.value !== checksum.value || object.sizeBytes !== plan.sizeBytes) {
    throw new WaybillError("CHECKSUM_MISMATCH");
  }
  return { ...object, checksum };
}

/** Once, and without a retry: what is left behind is swept later, and the first error is what counts. */
async function abortOnServer(deps: EngineDeps, token: string): Promise<void> {
  await deps.api.uploads.abort.mutate({ token }).catch(() => undefined);
}
