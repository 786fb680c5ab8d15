import type { DatabaseSync } from "node:sqlite";
import { integerOf, optionalTextOf, type Row } from "./row.ts";

/** A part that a multipart object was made of. */
export interface ObjectPart {
  partNumber: number; // 1-based, as uploaded: numbers may have gaps
  sizeBytes: number;
  /** Base64, in the object's algorithm; `undefined` when an older version of this software completed it. */
  checksumValue: string | undefined;
}

export type ObjectPartTable = ReturnType<typeof createObjectPartTable>;

/** The parts of objects that CompleteMultipartUpload made; they go with their object. */
export function createObjectPartTable(database: DatabaseSync) {
  const insert = database.prepare(
    "INSERT INTO object_part (object_id, part_number, size_bytes, checksum_value) VALUES (?, ?, ?, ?)",
  );
  const selectPage = database.prepare(
    "SELECT * FROM object_part WHERE object_id = ? AND part_number > ? ORDER BY part_number LIMIT ?",
  );
  const selectCount = database.prepare("SELECT count(*) AS count FROM object_part WHERE object_id = ?");
  const selectPart = database.prepare(
    `SELECT *, (
       SELECT coalesce(sum(size_bytes), 0) FROM object_part
       WHERE object_id = part.object_id AND part_number < part.part_number
     ) AS start FROM object_part AS part WHERE object_id = ? AND part_number = ?`,
  );
  return {
    add(objectId: number, { partNumber, sizeBytes, checksumValue }: ObjectPart): void {
      insert.run(objectId, partNumber, sizeBytes, checksumValue ?? null);
    },
    /** 0 for an object that came in one piece. */
    count(objectId: number): number {
      return integerOf(selectCount.get(objectId) ?? {}, "count");
    },
    page(objectId: number, options: { after: number; limit: number }): ObjectPart[] {
      return selectPage.all(objectId, options.after, options.limit).map(toPart);
    },
    /** With the offset of its first byte within the object. */
    find(objectId: number, partNumber: number): (ObjectPart & { start: number }) | undefined {
      const row = selectPart.get(objectId, partNumber);
      return row === undefined ? undefined : { ...toPart(row), start: integerOf(row, "start") };
    },
  };
}

function toPart(row: Row): ObjectPart {
  return {
    partNumber: integerOf(row, "part_number"),
    sizeBytes: integerOf(row, "size_bytes"),
    checksumValue: optionalTextOf(row, "checksum_value"),
  };
}
