import { createDigest, type Digest, type DigestName } from "../checksums/create-digest.ts";
import type { BlobFiles } from "../object-store/blob-files.ts";
import { readSegments } from "../object-store/read-segments.ts";
import type { Segment } from "../object-store/segment-table.ts";

/**
 * Read stored bytes once, with flat memory, and compute digests of them. Files that are removed meanwhile
 * stay until it is done.
 */
export async function digestSegments(options: {
  blobs: BlobFiles;
  segments: readonly Segment[];
  digests: readonly DigestName[];
}): Promise<ReadonlyMap<DigestName, Buffer>> {
  const { blobs, segments } = options;
  const release = blobs.lease(segments.map(({ blobId }) => blobId));
  try {
    const running = new Map<DigestName, Digest>();
    for (const name of options.digests) running.set(name, createDigest(name));
    const end = segments.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
    for await (const chunk of readSegments({ blobs, segments, start: 0, end })) {
      for (const digest of running.values()) digest.update(chunk);
    }
    return new Map([...running].map(([name, digest]) => [name, digest.digest()]));
  } finally {
    await release();
  }
}
