import {
  type ChecksumAlgorithm,
  type ChecksumType,
  parseChecksumAlgorithm,
  parseChecksumType,
} from "../checksums/checksum-algorithm.ts";
import { type Row, textOf } from "./row.ts";

export function checksumAlgorithmOf(row: Row): ChecksumAlgorithm {
  const algorithm = parseChecksumAlgorithm(textOf(row, "checksum_algorithm"));
  if (algorithm === undefined) throw new Error("column checksum_algorithm holds an unknown name");
  return algorithm;
}

export function checksumTypeOf(row: Row): ChecksumType {
  const type = parseChecksumType(textOf(row, "checksum_type"));
  if (type === undefined) throw new Error("column checksum_type holds an unknown name");
  return type;
}
