import type { RequestToSign } from "./canonical-request.ts";
import { toHex } from "./hex.ts";
import { BEGINNING, pad, paddedLength } from "./sha256/midstate.ts";
import { BLOCK_BYTES, SHA256_BYTES } from "./sha256/sizes.ts";
import { utf8 } from "./sha256/utf8.ts";
import { signingContext, type SigningOptions } from "./signing-context.ts";
import { bestLanes, type SigningLanes } from "./signing-lanes.ts";
import { hmacMessages } from "./signing-messages.ts";

/**
 * Many requests of any kind, such as downloads of different objects: the same URLs as `presign` makes
 * of each, about twice as fast where there is WebAssembly with SIMD.
 *
 * @param lanes - what computes the signatures
 * @returns in the order of the requests
 */
export function presignAll(
  options: SigningOptions,
  requests: readonly RequestToSign[],
  lanes: SigningLanes = bestLanes(),
): string[] {
  const context = signingContext(options);
  const hmac = hmacMessages(context);
  const signatures = new Uint8Array(requests.length * SHA256_BYTES);
  const view = new DataView(signatures.buffer);
  const groups = new Map<number, Group>(); // by length: those that fit side by side
  let loadedBlocks = 0;

  function signGroup({ blocks, indexes }: Group): void {
    const blockCount = blocks.length / lanes.count / BLOCK_BYTES;
    if (blockCount !== loadedBlocks) lanes.load(hmac, { from: BEGINNING, blockCount });
    loadedBlocks = blockCount;
    for (const lane of indexes.keys()) lanes.fill(lane, laneOf(blocks, lane));
    lanes.sign();
    for (const [lane, index] of indexes.entries()) lanes.read(lane, view, index * SHA256_BYTES);
    indexes.length = 0;
  }

  function laneOf(blocks: Uint8Array, lane: number): Uint8Array {
    const length = blocks.length / lanes.count;
    return blocks.subarray(lane * length, (lane + 1) * length);
  }

  const urls = requests.map((request, index) => {
    const { text, url } = context.canonicalize(request);
    const bytes = utf8(text);
    const length = paddedLength(bytes.length);
    let group = groups.get(length);
    if (group === undefined) {
      group = { blocks: new Uint8Array(lanes.count * length), indexes: [] };
      groups.set(length, group);
    }
    pad(laneOf(group.blocks, group.indexes.length), bytes, bytes.length);
    group.indexes.push(index);
    if (group.indexes.length === lanes.count) signGroup(group);
    return url;
  });
  for (const group of groups.values()) if (group.indexes.length > 0) signGroup(group);
  return urls.map(({ head, tail }, index) => {
    const signature = signatures.subarray(index * SHA256_BYTES, (index + 1) * SHA256_BYTES);
    return `${head}${toHex(signature)}${tail}`;
  });
}

/** Requests that wait until all lanes are taken: their padded messages, one behind the other. */
interface Group {
  blocks: Uint8Array;
  /** Among all requests */
  indexes: number[];
}
