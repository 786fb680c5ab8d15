import { randomBytes } from "node:crypto";
import { mkdir, open, opendir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { DigestName } from "../checksums/create-digest.ts";
import { createDigestThreads } from "../checksums/digest-threads.ts";
import { createLocalDigests, type DigestResults } from "../checksums/running-digests.ts";
import { createBlockPool, createSmallPair } from "./block-pool.ts";
import { writeStream } from "./write-stream.ts";

/** Up to here a body is hashed before another thread could be asked to. */
const MAX_LOCAL_BYTES = 256 * 1024;

/** A file of bytes under a random name: no key of a client ever becomes a path. */
export interface Blob {
  blobId: string;
  sizeBytes: number;
}

/**
 * The bytes of all objects and parts. A blob is written once and never changed; the database says
 * which ones count.
 */
export class BlobFiles {
  readonly #directory: string;
  /** Readers per blob. A removed blob keeps its file until the last of them is done. */
  readonly #readers = new Map<string, number>();
  readonly #removed = new Set<string>();
  readonly #digestThreads = createDigestThreads();
  readonly #blocks = createBlockPool();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Remove what no row speaks of: bytes of uploads that a crash cut short. Only safe while nothing is
   * being received.
   */
  async prepare(isReferenced: (blobId: string) => boolean): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    for await (const entry of await opendir(this.#directory)) {
      if (!isReferenced(entry.name)) await unlink(this.#path(entry.name));
    }
  }

  /**
   * Store a stream and compute digests of it on the way. When it fails, no file is left.
   *
   * @param options.expectedBytes - how many will come, as far as is known
   */
  async receive(
    source: Readable,
    options: { digests: readonly DigestName[]; expectedBytes: number | undefined },
  ): Promise<{ blob: Blob; digests: DigestResults }> {
    const { expectedBytes } = options;
    if (expectedBytes !== undefined && expectedBytes <= MAX_LOCAL_BYTES) {
      const digests = createLocalDigests(options.digests);
      return this.#write(source, { digests, blocks: createSmallPair(expectedBytes) });
    }
    const digests = await this.#digestThreads.open(options.digests);
    const blocks = this.#blocks.take();
    try {
      return await this.#write(source, { digests, blocks });
    } catch (error) {
      digests.discard();
      throw error;
    } finally {
      this.#blocks.give(blocks);
    }
  }

  async close(): Promise<void> {
    await this.#digestThreads.close();
  }

  /** Keep the files of these blobs until the returned function is called. */
  lease(blobIds: readonly string[]): () => Promise<void> {
    for (const blobId of blobIds) {
      this.#readers.set(blobId, (this.#readers.get(blobId) ?? 0) + 1);
    }
    return async () => {
      const free = blobIds.filter((blobId) => this.#release(blobId));
      await this.remove(free);
    };
  }

  /** Call after the commit that dropped the last row of these blobs. */
  async remove(blobIds: readonly string[]): Promise<void> {
    const busy = blobIds.filter((blobId) => this.#readers.has(blobId));
    const free = blobIds.filter((blobId) => !this.#readers.has(blobId));
    for (const blobId of busy) this.#removed.add(blobId);
    // Whatever cannot be removed now is removed at the next start.
    await Promise.allSettled(free.map((blobId) => unlink(this.#path(blobId))));
  }

  async #write(
    source: Readable,
    options: Pick<Parameters<typeof writeStream>[0], "digests" | "blocks">,
  ): Promise<{ blob: Blob; digests: DigestResults }> {
    const blobId = randomBytes(16).toString("hex");
    const file = await open(this.#path(blobId), "wx", 0o600);
    try {
      const sizeBytes = await writeStream({ source, fd: file.fd, ...options });
      await file.close();
      return { blob: { blobId, sizeBytes }, digests: await options.digests.finish() };
    } catch (error) {
      await file.close();
      await this.remove([blobId]);
      throw error;
    }
  }

  open(blobId: string): ReturnType<typeof open> {
    return open(this.#path(blobId), "r");
  }

  /** @returns whether the file is to be removed now */
  #release(blobId: string): boolean {
    const readers = (this.#readers.get(blobId) ?? 1) - 1;
    if (readers > 0) {
      this.#readers.set(blobId, readers);
      return false;
    }
    this.#readers.delete(blobId);
    return this.#removed.delete(blobId);
  }

  #path(blobId: string): string {
    return join(this.#directory, blobId);
  }
}
