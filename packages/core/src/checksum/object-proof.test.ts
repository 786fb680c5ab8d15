import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Checksum } from "../schemas/object.ts";
import { checksumOfBytes, createChecksum } from "./checksum.ts";
import { proofOf } from "./object-proof.ts";

const loadMd5 = async () => ({ createMd5: () => createChecksum("MD5") });
const never = async () => expect.fail("It was not needed.");
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

function cut(bytes: Uint8Array, pieceBytes: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / pieceBytes));
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

/** The checksums that stores may have of these bytes, all of which prove them. */
function checksumsOf(bytes: Uint8Array, partSizeBytes: number): Checksum[] {
  const parts = cut(bytes, partSizeBytes);
  return [
    { algorithm: "CRC64NVME", value: checksumOfBytes("CRC64NVME", bytes) },
    { algorithm: "MD5", value: md5(bytes).toString("base64") },
    {
      algorithm: "MD5",
      value: `${md5(Buffer.concat(parts.map(md5))).toString("base64")}-${parts.length}`,
      partSizeBytes,
    },
  ];
}

const someBytes = fc.uint8Array({ maxLength: 200 });
const size = fc.integer({ min: 1, max: 60 });

describe("proofOf", () => {
  it("computes what the store says of an object, however its bytes come", async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, size, size, async (bytes, partSizeBytes, runBytes) => {
        for (const checksum of checksumsOf(bytes, partSizeBytes)) {
          const proof = await proofOf({ checksum, sizeBytes: bytes.length }, loadMd5);
          const whole = proof.startWhole();
          for (const run of cut(bytes, runBytes)) whole.update(run);
          expect(whole.digest()).toEqual(checksum);
          expect(proof.expected).toEqual(checksum);
        }
      }),
    );
  });

  it("computes it from pieces, cut as it says, or anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(someBytes, size, size, async (bytes, partSizeBytes, otherBytes) => {
        for (const checksum of checksumsOf(bytes, partSizeBytes)) {
          const proof = await proofOf({ checksum, sizeBytes: bytes.length }, loadMd5);
          const pieces = bytes.length === 0 ? [] : cut(bytes, proof.pieceBytes ?? otherBytes);
          const checksums = pieces.map((piece) => {
            const running = proof.startPiece();
            running.update(piece);
            return { value: running.digest(), sizeBytes: piece.length };
          });
          expect(proof.combine(checksums)).toEqual(checksum);
        }
      }),
    );
  });

  it("has nothing to compare with where the store says nothing, or does not tell where parts were cut", async () => {
    const bytes = new TextEncoder().encode("hello");
    const value = `${md5(md5(bytes)).toString("base64")}-1`;
    for (const checksum of [null, { algorithm: "MD5", value } as const]) {
      const proof = await proofOf({ checksum, sizeBytes: bytes.length }, never);
      expect(proof.expected).toBeNull();
      const whole = proof.startWhole();
      whole.update(bytes);
      expect(whole.digest()).toEqual({ algorithm: "CRC64NVME", value: checksumOfBytes("CRC64NVME", bytes) });
    }
  });
});
