import { compress, expand, SCHEDULE_WORDS, STATE_WORDS } from "./sha256/compress.ts";
import { finalBlocks, type Midstate } from "./sha256/midstate.ts";
import { BLOCK_BYTES } from "./sha256/sizes.ts";
import type { SigningLanes } from "./signing-lanes.ts";
import type { HmacMessages } from "./signing-messages.ts";

/** One signature at a time, in plain TypeScript. */
export function createPlainLane(): SigningLanes {
  const state = new Int32Array(STATE_WORDS);
  // HMAC's outer hash has read the padded key, a block, and reads a digest.
  const outer = schedulesOf(finalBlocks(new Uint8Array(32), BLOCK_BYTES + 32));
  let loaded: { hmac: HmacMessages; from: Midstate } | undefined;
  let request = new Int32Array();
  let changed = new Uint8Array(); // per block of the request, since the last signature
  let stringToSign = new Int32Array();

  return {
    count: 1,
    load(hmac, { from, blockCount }) {
      loaded = { hmac, from };
      stringToSign = schedulesOf(hmac.stringToSign.blocks);
      if (changed.length === blockCount) return;
      changed = new Uint8Array(blockCount);
      request = new Int32Array(blockCount * SCHEDULE_WORDS);
    },
    fill(_lane, blocks) {
      writeBlocks(request, blocks);
      changed.fill(1);
    },
    write(_lane, position, text) {
      for (let index = 0; index < text.length; index++) {
        const at = position + index;
        const word = wordOf(at);
        const shift = shiftOf(at);
        const before = request[word] ?? 0;
        const after = (before & ~(0xff << shift)) | (text.charCodeAt(index) << shift);
        if (before === after) continue;
        request[word] = after;
        changed[at >> 6] = 1;
      }
    },
    sign() {
      if (loaded === undefined) throw new TypeError("There is nothing to sign yet.");
      const { hmac, from } = loaded;
      state.set(from.state);
      for (let block = 0; block < changed.length; block++) {
        if (changed[block] === 1) expand(request, block * SCHEDULE_WORDS);
        compress(state, request, block * SCHEDULE_WORDS);
      }
      changed.fill(0);

      writeDigest(stringToSign, hmac.stringToSign.digestAt, state);
      state.set(hmac.stringToSign.from.state);
      for (let schedule = 0; schedule < stringToSign.length; schedule += SCHEDULE_WORDS) {
        expand(stringToSign, schedule);
        compress(state, stringToSign, schedule);
      }

      outer.set(state);
      state.set(hmac.outer.state);
      expand(outer, 0);
      compress(state, outer, 0);
    },
    read(_lane, signatures, at) {
      for (let word = 0; word < STATE_WORDS; word++) signatures.setInt32(at + 4 * word, state[word] ?? 0);
    },
  };
}

// Each block's 16 words, with room for the 48 that follow from them.
function schedulesOf(blocks: Uint8Array): Int32Array<ArrayBuffer> {
  const schedules = new Int32Array((blocks.length / BLOCK_BYTES) * SCHEDULE_WORDS);
  writeBlocks(schedules, blocks);
  return schedules;
}

function writeBlocks(schedules: Int32Array, blocks: Uint8Array): void {
  const view = new DataView(blocks.buffer, blocks.byteOffset);
  for (let at = 0; at < blocks.length; at += 4) schedules[wordOf(at)] = view.getInt32(at);
}

function wordOf(position: number): number {
  return (position >> 6) * SCHEDULE_WORDS + ((position & 63) >> 2);
}

function shiftOf(position: number): number {
  return 24 - (position & 3) * 8;
}

// Writes 64 hexadecimal digits, byte by byte: they need not begin where a word does.
function writeDigest(schedules: Int32Array, position: number, digest: Int32Array): void {
  for (let digit = 0; digit < 64; digit++) {
    const nibble = ((digest[digit >> 3] ?? 0) >>> (28 - (digit & 7) * 4)) & 15;
    const at = wordOf(position + digit);
    const shift = shiftOf(position + digit);
    const character = nibble < 10 ? 48 + nibble : 87 + nibble; // 0 to 9, a to f
    schedules[at] = ((schedules[at] ?? 0) & ~(0xff << shift)) | (character << shift);
  }
}
