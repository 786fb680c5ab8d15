import { createPlainLane } from "./plain-lane.ts";
import type { Midstate } from "./sha256/midstate.ts";
import type { HmacMessages } from "./signing-messages.ts";
import { createWasmLanes } from "./wasm-lanes.ts";

/** Computes several signatures at once, side by side: their messages have the same number of blocks. */
export interface SigningLanes {
  /** Signatures side by side. */
  readonly count: number;
  /** Makes the lanes ready for requests of which so many blocks are left, and which are then filled in. */
  load(hmac: HmacMessages, request: { from: Midstate; blockCount: number }): void;
  /** Puts the last blocks of a canonical request, padded, into one lane. */
  fill(lane: number, blocks: Uint8Array): void;
  /** Puts ASCII text into the request of one lane; `position` counts from the first of its blocks. */
  write(lane: number, position: number, text: string): void;
  sign(): void;
  /** Copies the 32 bytes of one lane's signature. */
  read(lane: number, signatures: DataView, at: number): void;
}

let best: SigningLanes | undefined;

/** Four lanes in WebAssembly, or one in plain TypeScript where the host has no WebAssembly with SIMD. */
export function bestLanes(): SigningLanes {
  best ??= createWasmLanes() ?? createPlainLane();
  return best;
}
