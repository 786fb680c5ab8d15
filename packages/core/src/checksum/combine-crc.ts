import { partRange, type UploadPlan } from "../multipart/plan-upload.ts";
import { WaybillError } from "../waybill-error.ts";
import { crcFromBase64, crcToBase64 } from "./crc-base64.ts";
import {
  add,
  createMultiplier,
  CRC_FIELDS,
  powerOfByte,
  ZERO,
  type CrcAlgorithm,
  type Remainder,
} from "./crc-field.ts";

/** One run of bytes: its checksum in base64, and its length. */
export interface ChecksummedRange {
  value: string;
  sizeBytes: number;
}

/** As {@link combineCrc}, for CRC64NVME. */
export function combineCrc64Nvme(ranges: Iterable<ChecksummedRange>): string {
  return combineCrc("CRC64NVME", ranges);
}

/**
 * The CRC of a concatenation, from the values of its pieces in order. So parts can be hashed in
 * parallel and nothing needs to be read twice.
 *
 * crc(A‖B) = crc(A)·x^(8·|B|) mod P ⊕ crc(B): initial value and final inversion cancel. The power is
 * computed once for all pieces of one size: 10,000 parts take a few milliseconds.
 *
 * @throws {WaybillError} `INVALID_INPUT` for a value that is no such CRC in base64
 */
export function combineCrc(algorithm: CrcAlgorithm, ranges: Iterable<ChecksummedRange>): string {
  const field = CRC_FIELDS[algorithm];
  const appenders = new Map<number, (remainder: Remainder) => Remainder>();
  let combined = ZERO;
  for (const { value, sizeBytes } of ranges) {
    let append = appenders.get(sizeBytes);
    if (append === undefined) {
      append = createMultiplier(field, powerOfByte(field, sizeBytes));
      appenders.set(sizeBytes, append);
    }
    combined = add(append(combined), crcFromBase64(algorithm, value));
  }
  return crcToBase64(field, combined);
}

/**
 * The CRC of an object from those of its parts.
 *
 * @param options.values - by part number, in whatever order the parts were done
 * @throws {WaybillError} `UPLOAD_INCOMPLETE` when a part is missing; `INVALID_INPUT` for a value that
 *   is no such CRC in base64, and for a part that the plan does not have
 */
export function combinePartCrcs(options: {
  algorithm: CrcAlgorithm;
  plan: UploadPlan;
  values: ReadonlyMap<number, string>;
}): string {
  const { algorithm, plan, values } = options;
  return combineCrc(algorithm, rangesOf(plan, values));
}

function* rangesOf(plan: UploadPlan, values: ReadonlyMap<number, string>): Generator<ChecksummedRange> {
  for (const partNumber of values.keys()) partRange(plan, partNumber); // refuses one that there is not
  for (let partNumber = 1; partNumber <= plan.partCount; partNumber++) {
    const value = values.get(partNumber);
    if (value === undefined)
      throw new WaybillError("UPLOAD_INCOMPLETE", `Part ${partNumber} has no checksum.`);
    const { start, end } = partRange(plan, partNumber);
    yield { value, sizeBytes: end - start };
  }
}
