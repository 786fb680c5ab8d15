import { base64 } from "../../dist/crc.wasm.js";
import { instantiateWasm } from "../wasm/instantiate-wasm.ts";
import { createMultiplier, CRC_FIELDS, powerOfByte, type CrcAlgorithm, type Remainder } from "./crc-field.ts";

/** Division in the memory that all streams share; see assembly/crc.entry.ts. */
export interface CrcDivider {
  memory: Uint8Array;
  /** The longest distance: how much of the quotient goes into what follows. */
  historyBytes: number;
  /**
   * Divide what is at {@link MESSAGE}, behind the quotient so far.
   *
   * @param sizeBytes - a multiple of {@link STEP}, at most {@link MESSAGE_BYTES}
   * @param target - where the quotient goes: {@link MESSAGE} or {@link SPARE}
   */
  divide: (sizeBytes: number, target: number) => void;
  /** From the remainder of bytes that are followed by `historyBytes` zeros to that of the bytes alone. */
  takeZerosAway: (remainder: Remainder) => Remainder;
}

export const MESSAGE = 8192;
export const STEP = 64;
/** Copied and divided at once: what stays in the second level of a processor's caches. */
export const MESSAGE_BYTES = 128 * 1024;
/** Room for a second quotient, of {@link MESSAGE} bytes. */
export const SPARE = MESSAGE + MESSAGE_BYTES;
const MEMORY_PAGES = Math.ceil((SPARE + MESSAGE) / 65_536);

type Dividers = Record<CrcAlgorithm, CrcDivider>;
let dividers: Dividers | undefined;

/** @returns undefined where there is no WebAssembly */
export function dividerOf(algorithm: CrcAlgorithm): CrcDivider | undefined {
  dividers ??= createDividers();
  // Stryker disable next-line OptionalChaining: tested in a process without WebAssembly
  return dividers?.[algorithm];
}

function createDividers(): Dividers | undefined {
  const wasm = instantiateWasm(base64);
  // Stryker disable next-line ConditionalExpression: tested in a process without WebAssembly
  if (wasm === undefined) return undefined;
  wasm.memory.grow(MEMORY_PAGES);
  const memory = new Uint8Array(wasm.memory.buffer); // for good: it never grows again
  const divider = (algorithm: CrcAlgorithm, name: string, historyBytes: number): CrcDivider => {
    const field = CRC_FIELDS[algorithm];
    return {
      memory,
      historyBytes,
      divide: (sizeBytes, target) => void wasm.call(name, sizeBytes, target),
      takeZerosAway: createMultiplier(field, powerOfByte(field, -historyBytes)),
    };
  };
  return {
    CRC64NVME: divider("CRC64NVME", "divideCrc64Nvme", 7060),
    CRC32: divider("CRC32", "divideCrc32", 4018),
    CRC32C: divider("CRC32C", "divideCrc32c", 5321),
  };
}
