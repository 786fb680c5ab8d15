import { dividerOf, MESSAGE, MESSAGE_BYTES, SPARE, STEP } from "./crc-divider.ts";
import { CRC_FIELDS, ZERO, type CrcAlgorithm, type Remainder } from "./crc-field.ts";
import { readByTables } from "./crc-tables.ts";

/** The remainder of a long stream. */
export interface CrcDivision {
  update(bytes: Uint8Array): void;
  /** Of all bytes so far. Once, and last of all. */
  remainder(): Remainder;
}

/** Updates are gathered up to this, so that the quotient is not moved for each small one. */
const PENDING_BYTES = 8 * 1024;

/**
 * Divide by a multiple of the polynomial that has few terms, in WebAssembly. The one instance holds
 * nothing between two calls: what a stream goes on with is its own, so that any number of them may
 * run side by side, or be forgotten half read.
 *
 * @param start - remainder of the bytes before
 * @returns undefined where there is no WebAssembly
 */
export function createCrcDivision(algorithm: CrcAlgorithm, start: Remainder): CrcDivision | undefined {
  const divider = dividerOf(algorithm);
  // Stryker disable next-line ConditionalExpression: tested in a process without WebAssembly
  if (divider === undefined) return undefined;
  const { memory, divide, historyBytes, takeZerosAway } = divider;
  const history = MESSAGE - historyBytes;
  // The end of the quotient, then what of the message is not yet divided.
  const carried = new Uint8Array(historyBytes + PENDING_BYTES);
  let pendingBytes = 0;
  let began = false;

  function divideAll(bytes: Uint8Array): void {
    memory.set(carried.subarray(0, historyBytes + pendingBytes), history);
    for (let position = 0; position < bytes.length;) {
      // Stryker disable next-line ArithmeticOperator: what is too much goes into the spare room, unused here
      const chunk = bytes.subarray(position, position + MESSAGE_BYTES - pendingBytes);
      memory.set(chunk, MESSAGE + pendingBytes);
      if (!began) addStart();
      const filledBytes = pendingBytes + chunk.length;
      pendingBytes = filledBytes % STEP;
      const dividedBytes = filledBytes - pendingBytes;
      divide(dividedBytes, MESSAGE);
      memory.copyWithin(history, history + dividedBytes, MESSAGE + filledBytes);
      position += chunk.length;
    }
    carried.set(memory.subarray(history, MESSAGE + pendingBytes));
  }

  /** A remainder goes on in the first of the bytes that follow it. */
  function addStart(): void {
    const first = new DataView(memory.buffer, MESSAGE, 8);
    first.setInt32(0, first.getInt32(0, true) ^ start.low, true);
    first.setInt32(4, first.getInt32(4, true) ^ start.high, true);
    began = true;
  }

  function remainderOfDivided(): Remainder {
    // What is left behind the last of the quotient is the remainder of the divided bytes followed by as many
    // zeros as there is history.
    memory.set(carried.subarray(0, historyBytes), history);
    memory.fill(0, MESSAGE, 2 * MESSAGE);
    divide(Math.ceil(historyBytes / STEP) * STEP, SPARE);
    return takeZerosAway(
      readByTables(CRC_FIELDS[algorithm], ZERO, memory.subarray(SPARE, SPARE + historyBytes)),
    );
  }

  return {
    update(bytes) {
      // Stryker disable next-line ConditionalExpression,EqualityOperator: gathering only saves time
      if (pendingBytes + bytes.length > PENDING_BYTES) return divideAll(bytes);
      carried.set(bytes, historyBytes + pendingBytes);
      pendingBytes += bytes.length;
    },
    remainder() {
      const pending = carried.subarray(historyBytes, historyBytes + pendingBytes);
      return readByTables(CRC_FIELDS[algorithm], began ? remainderOfDivided() : start, pending);
    },
  };
}
