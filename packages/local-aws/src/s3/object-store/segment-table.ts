import type { DatabaseSync } from "node:sqlite";
import type { Blob } from "./blob-files.ts";
import { integerOf, type Row, textOf } from "./row.ts";

/** A run of bytes of a blob. Objects and parts are made of these, and may share a blob. */
export interface Segment {
  blobId: string;
  start: number; // byte offset within the blob
  sizeBytes: number;
}

/** All of a blob. */
export function toSegment({ blobId, sizeBytes }: Blob): Segment {
  return { blobId, start: 0, sizeBytes };
}

export type SegmentTable = ReturnType<typeof createSegmentTable>;

/** Which bytes belong to which object or part, and which blobs nobody needs any more. */
export function createSegmentTable(database: DatabaseSync) {
  const selectOfObject = database.prepare("SELECT * FROM segment WHERE object_id = ? ORDER BY position");
  const selectOfUpload = database.prepare(
    "SELECT * FROM part_segment WHERE upload_id = ? ORDER BY part_number, position",
  );
  const selectOfPart = database.prepare(
    "SELECT * FROM part_segment WHERE upload_id = ? AND part_number = ? ORDER BY position",
  );
  const insertForObject = database.prepare(
    "INSERT INTO segment (object_id, position, blob_id, start, size_bytes) VALUES (?, ?, ?, ?, ?)",
  );
  const insertForPart = database.prepare(
    `INSERT INTO part_segment (upload_id, part_number, position, blob_id, start, size_bytes)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const selectReference = database.prepare(
    "SELECT 1 FROM segment WHERE blob_id = ?1 UNION ALL SELECT 1 FROM part_segment WHERE blob_id = ?1 LIMIT 1",
  );
  return {
    ofObject(objectId: number): Segment[] {
      return selectOfObject.all(objectId).map(toStoredSegment);
    },
    ofPart(uploadId: string, partNumber: number): Segment[] {
      return selectOfPart.all(uploadId, partNumber).map(toStoredSegment);
    },
    /** By part number, in one look-up: an upload may have 10,000 parts. */
    ofUpload(uploadId: string): ReadonlyMap<number, Segment[]> {
      const segments = new Map<number, Segment[]>();
      for (const row of selectOfUpload.iterate(uploadId)) {
        const partNumber = integerOf(row, "part_number");
        const before = segments.get(partNumber);
        if (before === undefined) segments.set(partNumber, [toStoredSegment(row)]);
        else before.push(toStoredSegment(row));
      }
      return segments;
    },
    addToObject(objectId: number, segments: readonly Segment[]): void {
      for (const [position, { blobId, start, sizeBytes }] of segments.entries()) {
        insertForObject.run(objectId, position, blobId, start, sizeBytes);
      }
    },
    addToPart(uploadId: string, partNumber: number, segments: readonly Segment[]): void {
      for (const [position, { blobId, start, sizeBytes }] of segments.entries()) {
        insertForPart.run(uploadId, partNumber, position, blobId, start, sizeBytes);
      }
    },
    /** Of these blobs those that no object and no part is made of: to be removed after the commit. */
    unreferenced(blobIds: readonly string[]): string[] {
      return [...new Set(blobIds)].filter((blobId) => selectReference.get(blobId) === undefined);
    },
  };
}

function toStoredSegment(row: Row): Segment {
  return {
    blobId: textOf(row, "blob_id"),
    start: integerOf(row, "start"),
    sizeBytes: integerOf(row, "size_bytes"),
  };
}
