import { createDigest, type DigestName } from "./create-digest.ts";

/** Digests of one stream of bytes, wherever they are computed. */
export interface RunningDigests {
  /** One block at a time, in order. The block may be used again when this resolves. */
  update(block: Uint8Array): Promise<void>;
  /** Once, at the end. */
  finish(): Promise<DigestResults>;
  /** In place of `finish`, when the stream broke off. */
  discard(): void;
}

export type DigestResults = ReadonlyMap<DigestName, Buffer>;

/** Computed in this thread: for a body so small that asking another one takes longer. */
export function createLocalDigests(names: readonly DigestName[]): RunningDigests {
  const digests = new Map(names.map((name) => [name, createDigest(name)]));
  return {
    async update(block) {
      for (const digest of digests.values()) digest.update(block);
    },
    finish: async () => new Map([...digests].map(([name, digest]) => [name, digest.digest()])),
    discard() {},
  };
}
