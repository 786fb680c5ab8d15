import { partTemplate, type PartsOptions, type PartTexts } from "./part-template.ts";
import { BLOCK_BYTES, SHA256_BYTES } from "./sha256/sizes.ts";
import { bestLanes, type SigningLanes } from "./signing-lanes.ts";

export interface PartToSign {
  partNumber: number;
  sizeBytes: number;
  /** Base64, as it goes into the header that `checksumHeader` names. */
  checksum: string;
}

/**
 * The signatures of many UploadPart requests that differ in part number, length and checksum only:
 * the same as `signQuery` gives for each, many times as fast.
 *
 * @param options.query - without `partNumber`
 * @param options.headers - without `content-length` and the checksum
 * @param lanes - what computes them
 * @returns 32 bytes for each part, in order
 */
export function signParts(
  options: PartsOptions,
  parts: readonly PartToSign[],
  lanes: SigningLanes = bestLanes(),
): Uint8Array {
  const { hmac, from, blocksFor } = partTemplate(options);
  const signatures = new Uint8Array(parts.length * SHA256_BYTES);
  const view = new DataView(signatures.buffer);
  let loaded: PartTexts = { partNumber: 0, sizeBytes: 0, checksum: 0 }; // lengths in the lanes' messages
  let positions = loaded;
  let signed = 0;
  let waiting = 0; // parts that lie in the lanes

  function signWaiting(): void {
    lanes.sign();
    for (let lane = 0; lane < waiting; lane++) lanes.read(lane, view, (signed + lane) * SHA256_BYTES);
    signed += waiting;
    waiting = 0;
  }

  for (const part of parts) {
    const partNumber = String(part.partNumber);
    const sizeBytes = String(part.sizeBytes);
    const { checksum } = part;
    if (!BASE64.test(checksum)) throw new TypeError("A checksum is base64.");
    const fits =
      partNumber.length === loaded.partNumber &&
      sizeBytes.length === loaded.sizeBytes &&
      checksum.length === loaded.checksum;
    if (waiting === lanes.count || (waiting > 0 && !fits)) signWaiting();
    if (!fits) {
      loaded = { partNumber: partNumber.length, sizeBytes: sizeBytes.length, checksum: checksum.length };
      const layout = blocksFor(loaded);
      lanes.load(hmac, { from, blockCount: layout.blocks.length / BLOCK_BYTES });
      for (let lane = 0; lane < lanes.count; lane++) lanes.fill(lane, layout.blocks);
      positions = layout.positions;
    }
    lanes.write(waiting, positions.partNumber, partNumber);
    lanes.write(waiting, positions.sizeBytes, sizeBytes);
    lanes.write(waiting, positions.checksum, checksum);
    waiting += 1;
  }
  if (waiting > 0) signWaiting();
  return signatures;
}

const BASE64 = /^[A-Za-z0-9+/=]*$/;
