import type { Checksum, StoredObject } from "../schemas/object.ts";
import { combineCrc64Nvme, type ChecksummedRange } from "./combine-crc.ts";
import { compositeOf } from "./composite-checksum.ts";
import { createCrc64Nvme, type RunningChecksum } from "./crc.ts";

/** How bytes are held against what the store says of an object. */
export interface ObjectProof {
  /** What the store says; null where that cannot be computed from the bytes. */
  expected: Checksum | null;
  /** Where the object must be cut, so that the pieces' checksums make its own; undefined: anywhere. */
  pieceBytes: number | undefined;
  /** Of one piece. */
  startPiece: () => RunningChecksum;
  /** Of the object, from those of all pieces in order. */
  combine: (pieces: readonly ChecksummedRange[]) => Checksum;
  /** Of all bytes, as they come in order. */
  startWhole: () => { update(bytes: Uint8Array): void; digest(): Checksum };
}

/**
 * The strongest proof that an object allows. Where there is none, a CRC64NVME is computed, and compared with
 * nothing.
 *
 * @param loadMd5 - asked only for an object that needs it
 */
export async function proofOf(
  { checksum, sizeBytes }: Pick<StoredObject, "checksum" | "sizeBytes">,
  loadMd5: () => Promise<{ createMd5: () => RunningChecksum }>,
): Promise<ObjectProof> {
  if (checksum?.algorithm !== "MD5") return crc64NvmeProof(checksum);
  const isOfParts = checksum.value.includes("-");
  const pieceBytes = isOfParts ? checksum.partSizeBytes : sizeBytes;
  if (pieceBytes === undefined) return crc64NvmeProof(null); // nobody knows of which bytes it is made
  const { createMd5: startPiece } = await loadMd5();
  const combine: ObjectProof["combine"] = (pieces) => {
    const values = pieces.length > 0 ? pieces.map(({ value }) => value) : [startPiece().digest()];
    return { ...checksum, value: isOfParts ? compositeOf(startPiece(), values) : (values[0] ?? "") };
  };
  return withWhole({ expected: checksum, pieceBytes, startPiece, combine });
}

function crc64NvmeProof(expected: Checksum | null): ObjectProof {
  return withWhole({
    expected,
    pieceBytes: undefined,
    startPiece: createCrc64Nvme,
    combine: (pieces) => ({ algorithm: "CRC64NVME", value: combineCrc64Nvme(pieces) }),
  });
}

function withWhole(proof: Omit<ObjectProof, "startWhole">): ObjectProof {
  const { startPiece, combine, pieceBytes = Number.POSITIVE_INFINITY } = proof;
  return {
    ...proof,
    startWhole() {
      const pieces: ChecksummedRange[] = [];
      let piece = startPiece();
      let sizeBytes = 0;
      const endPiece = () => {
        if (sizeBytes > 0) pieces.push({ value: piece.digest(), sizeBytes });
        piece = startPiece();
        sizeBytes = 0;
      };
      return {
        update(bytes) {
          for (let start = 0; start < bytes.length;) {
            const run = bytes.subarray(start, start + pieceBytes - sizeBytes);
            piece.update(run);
            sizeBytes += run.length;
            start += run.length;
            if (sizeBytes === pieceBytes) endPiece();
          }
        },
        digest() {
          endPiece();
          return combine(pieces);
        },
      };
    },
  };
}
