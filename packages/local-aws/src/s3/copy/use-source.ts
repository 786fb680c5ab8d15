import type { ChecksumAlgorithm } from "../checksums/checksum-algorithm.ts";
import type { DigestName } from "../checksums/create-digest.ts";
import { toETag } from "../e-tag.ts";
import type { S3Call } from "../operation.ts";
import { digestSegments } from "./digest-segments.ts";
import { type CopySource, isSameContent } from "./read-source.ts";

/** What follows from the bytes of a source, as they are one piece now, whatever they were before. */
export interface SourceDigests {
  eTag: string; // with its quotes: the MD5 of the bytes
  checksumValue: string; // base64
}

/**
 * Use bytes that are described first. Other ones may come in while these are read: then they are the ones to
 * copy.
 *
 * @param options.read - may be called again, within the transaction of `use`
 * @param options.algorithm - of the checksum
 */
export async function useSource<T extends object>(
  { store }: Pick<S3Call, "store">,
  options: {
    read: () => CopySource;
    algorithm: (source: CopySource) => ChecksumAlgorithm;
    use: (source: CopySource, digests: SourceDigests) => T;
  },
): Promise<T> {
  for (;;) {
    const source = options.read();
    const algorithm = options.algorithm(source);
    const digests = await describeSource({ store }, source, algorithm);
    const result = store.transaction(() => {
      const now = options.read();
      const isUnchanged = isSameContent(source, now) && options.algorithm(now) === algorithm;
      return isUnchanged ? options.use(now, digests) : undefined;
    });
    if (result !== undefined) return result;
  }
}

/** Bytes are read only where a digest is needed that the source does not have. */
async function describeSource(
  { store }: Pick<S3Call, "store">,
  { object, segments, sizeBytes }: CopySource,
  algorithm: ChecksumAlgorithm,
): Promise<SourceDigests> {
  const isWhole = sizeBytes === object.sizeBytes;
  const { checksum } = object;
  const hasETag = isWhole && object.multipart === undefined;
  const hasChecksum = isWhole && checksum.algorithm === algorithm && checksum.type === "FULL_OBJECT";
  const digests: DigestName[] = [];
  if (!hasETag) digests.push("MD5");
  if (!hasChecksum) digests.push(algorithm);
  const computed =
    digests.length === 0 ? undefined : await digestSegments({ blobs: store.blobs, segments, digests });
  const md5 = computed?.get("MD5")?.toString("hex");
  return {
    eTag: md5 === undefined ? object.eTag : toETag(md5),
    checksumValue: computed?.get(algorithm)?.toString("base64") ?? checksum.value,
  };
}
