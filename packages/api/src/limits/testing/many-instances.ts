import { WaybillError } from "@waybill/core";
import { createLimits, digestOf, type Limits } from "../create-limits.ts";
import type { LimitSettings } from "../limit-settings.ts";
import { createFaultyRecords, type WriteFault } from "./faulty-records.ts";

export const ALICE = { id: "alice", scopes: [] };

/** Some instances of the API, one store of records and uploads, and a clock that stands still until somebody moves it. */
export function manyInstances(options: {
  count: number;
  limits: LimitSettings;
  turn?: () => Promise<unknown>;
  faults?: readonly WriteFault[];
  nowMs?: number;
}) {
  const { turn = async () => undefined, limits } = options;
  const clock = { ms: options.nowMs ?? Date.parse("2026-11-28T10:00:30Z") };
  const records = createFaultyRecords({ turn, faults: options.faults ?? [] });
  /** When each began. */
  const inStore = new Map<string, number>();
  const seeUploads = async () => {
    await turn();
    const seen = [...inStore].map(async ([uploadId, initiatedAtMs]) => {
      return { id: await digestOf(uploadId), initiatedAtMs, isOwn: true };
    });
    const uploads = await Promise.all(seen);
    await turn();
    return { uploads, isAll: true };
  };
  let seed = 1;
  const instances = Array.from({ length: options.count }, (_, index) =>
    createLimits({
      records,
      limits,
      now: () => new Date(clock.ms),
      random: () => (seed = (seed * 48_271 + index) % 2_147_483_647) / 2_147_483_647,
      sleep: async () => void (await turn()),
      seeUploads,
    }),
  );
  let uploads = 0;
  return {
    clock,
    records,
    inStore,
    instance: (index: number): Limits => {
      const limitsOf = instances[index % instances.length];
      if (limitsOf === undefined) throw new Error("There are no instances.");
      return limitsOf;
    },
    /** As `uploads.create` does. @returns its id in the store */
    beginUpload: async (instance: Limits, sizeBytes: number): Promise<string> => {
      await instance.assertRoom(ALICE, { sizeBytes });
      const uploadId = `upload-${++uploads}`;
      await turn();
      inStore.set(uploadId, clock.ms);
      try {
        await instance.beginUpload(ALICE, { sizeBytes, uploadId });
        return uploadId;
      } catch (error) {
        await turn();
        inStore.delete(uploadId);
        throw error;
      }
    },
  };
}

/** What an attempt was refused with; undefined when it was granted. */
export async function refusalOf(attempt: Promise<unknown>): Promise<WaybillError | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof WaybillError) return error;
    throw error;
  }
}
