import { base64 } from "../../dist/signing-lanes.wasm.js";
import { instantiateWasm } from "../wasm/instantiate-wasm.ts";
import { BLOCK_BYTES, SHA256_BYTES } from "./sha256/sizes.ts";
import type { SigningLanes } from "./signing-lanes.ts";

const LANES = 4;
const WORD_BYTES = 4 * LANES;
const SCHEDULE_BYTES = 64 * WORD_BYTES;

/** Four signatures at a time, in WebAssembly with SIMD: undefined where the host has none. */
export function createWasmLanes(): SigningLanes | undefined {
  const wasm = instantiateWasm(base64);
  if (wasm === undefined) return undefined;
  const { memory, call } = wasm;
  const midstatesAt = call("midstatesAt");
  const signaturesAt = call("signaturesAt");
  let bytes = new Uint8Array(memory.buffer);
  let view = new DataView(memory.buffer);
  let requestBlocks = 0;
  let blocks = 0; // of the string to sign, too
  let digestAt = 0;
  let messagesAt = 0;
  let schedulesAt = 0;
  let changesAt = 0;
  let filled = false;

  // Only what is side by side can be written to, and signed.
  function interleaveFilled(): void {
    if (!filled) return;
    call("interleave", 0, requestBlocks, blocks);
    bytes.fill(1, changesAt, changesAt + requestBlocks);
    filled = false;
  }

  return {
    count: LANES,
    load({ stringToSign, outer }, { from, blockCount }) {
      requestBlocks = blockCount;
      blocks = requestBlocks + stringToSign.blocks.length / BLOCK_BYTES;
      digestAt = stringToSign.digestAt;
      messagesAt = call("reserve", blocks);
      schedulesAt = messagesAt + LANES * blocks * BLOCK_BYTES;
      changesAt = schedulesAt + blocks * SCHEDULE_BYTES;
      bytes = new Uint8Array(memory.buffer); // growing detaches the old one
      view = new DataView(memory.buffer);
      for (let lane = 0; lane < LANES; lane++)
        bytes.set(stringToSign.blocks, messagesAt + (lane * blocks + requestBlocks) * BLOCK_BYTES);
      call("interleave", requestBlocks, blocks, blocks);
      for (const [index, { state }] of [from, stringToSign.from, outer].entries()) {
        for (const [word, value] of state.entries())
          view.setInt32(midstatesAt + index * SHA256_BYTES + word * 4, value, true);
      }
    },
    fill(lane, request) {
      bytes.set(request, messagesAt + lane * blocks * BLOCK_BYTES);
      filled = true;
    },
    write(lane, position, text) {
      interleaveFilled();
      for (let index = 0; index < text.length; index++) {
        const at = position + index;
        const word = schedulesAt + (at >> 6) * SCHEDULE_BYTES + ((at & 63) >> 2) * WORD_BYTES;
        const address = word + lane * 4 + (3 - (at & 3)); // each word has its last byte first
        const byte = text.charCodeAt(index);
        if (bytes[address] === byte) continue;
        bytes[address] = byte;
        bytes[changesAt + (at >> 6)] = 1;
      }
    },
    sign() {
      interleaveFilled();
      call("sign", requestBlocks, blocks - requestBlocks, digestAt);
    },
    read(lane, signatures, at) {
      for (let word = 0; word < 8; word++) {
        const value = view.getInt32(signaturesAt + word * WORD_BYTES + lane * 4, true);
        signatures.setInt32(at + word * 4, value);
      }
    },
  };
}
