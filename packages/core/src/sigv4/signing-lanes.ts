import { createPlainLane } from "./plain-lane.ts";
import type { SigningMessages } from "./signing-messages.ts";
import { createWasmLanes } from "./wasm-lanes.ts";

/** Computes several signatures at once, side by side: their messages have the same number of blocks. */
export interface SigningLanes {
  /** Signatures side by side. */
  readonly count: number;
  /** Puts the same messages into every lane. */
  load(messages: SigningMessages): void;
  /** Replaces the request of one lane by another with as many blocks, before `write`. */
  fill(lane: number, request: Uint8Array): void;
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
