import type { DatabaseSync } from "node:sqlite";
import { integerOf, type Row, textOf } from "./row.ts";
import type { Segment, SegmentTable } from "./segment-table.ts";

/** A part of an upload that is neither completed nor aborted. */
export interface Part {
  partNumber: number; // 1-based, as S3 counts
  sizeBytes: number;
  eTag: string; // with its quotes
  lastModified: Date;
  /** Base64, in the upload's algorithm. */
  checksumValue: string;
}

export type PartTable = ReturnType<typeof createPartTable>;

/** Statements on parts of uploads. Callers run the changing ones within a transaction. */
export function createPartTable(database: DatabaseSync, segments: SegmentTable) {
  const selectPage = database.prepare(
    "SELECT * FROM part WHERE upload_id = ? AND part_number > ? ORDER BY part_number LIMIT ?",
  );
  const deletePart = database.prepare("DELETE FROM part WHERE upload_id = ? AND part_number = ?");
  const insert = database.prepare(
    `INSERT INTO part (upload_id, part_number, size_bytes, e_tag, last_modified, checksum_value)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  return {
    page(uploadId: string, options: { after: number; limit: number }): Part[] {
      return selectPage.all(uploadId, options.after, options.limit).map(toPart);
    },
    /**
     * Takes the place of what was sent before under this number.
     *
     * @returns the blobs that nothing is made of any more
     */
    put(uploadId: string, part: Part & { segments: readonly Segment[] }): string[] {
      const { partNumber, sizeBytes, eTag, lastModified, checksumValue } = part;
      const replaced = segments.ofPart(uploadId, partNumber).map(({ blobId }) => blobId);
      deletePart.run(uploadId, partNumber);
      insert.run(uploadId, partNumber, sizeBytes, eTag, lastModified.getTime(), checksumValue);
      segments.addToPart(uploadId, partNumber, part.segments);
      return segments.unreferenced(replaced);
    },
  };
}

function toPart(row: Row): Part {
  return {
    partNumber: integerOf(row, "part_number"),
    sizeBytes: integerOf(row, "size_bytes"),
    eTag: textOf(row, "e_tag"),
    lastModified: new Date(integerOf(row, "last_modified")),
    checksumValue: textOf(row, "checksum_value"),
  };
}
