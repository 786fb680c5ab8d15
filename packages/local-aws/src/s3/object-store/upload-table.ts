import type { DatabaseSync } from "node:sqlite";
import type { ChecksumAlgorithm, ChecksumType } from "../checksums/checksum-algorithm.ts";
import type { Blob } from "./blob-files.ts";
import { checksumAlgorithmOf, checksumTypeOf } from "./checksum-columns.ts";
import { headersOf, integerOf, keyOf, type Row, textOf, toKeyBytes } from "./row.ts";

/** A multipart upload that is neither completed nor aborted. */
export interface Upload {
  uploadId: string;
  bucket: string;
  key: string;
  initiatedAt: Date;
  /** Metadata that the object will have. */
  headers: Readonly<Record<string, string>>;
  checksumAlgorithm: ChecksumAlgorithm;
  checksumType: ChecksumType;
  /** Whether Create named an algorithm; without one S3 computes CRC64NVME by itself. */
  checksumNamed: boolean;
}

export interface Part extends Blob {
  partNumber: number; // 1-based, as S3 counts
  eTag: string; // with its quotes
  lastModified: Date;
  /** Base64, in the upload's algorithm. */
  checksumValue: string;
}

export type UploadTable = ReturnType<typeof createUploadTable>;

/** Statements on multipart uploads. Callers run the changing ones within a transaction. */
export function createUploadTable(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO upload (id, bucket, key, initiated_at, headers, checksum_algorithm, checksum_type, checksum_named)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare("SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?");
  const selectFrom = database.prepare(
    "SELECT * FROM upload WHERE bucket = ? AND (key, id) > (?, ?) ORDER BY key, id LIMIT 1",
  );
  const deleteById = database.prepare("DELETE FROM upload WHERE id = ?");
  const selectPart = database.prepare("SELECT * FROM part WHERE upload_id = ? AND part_number = ?");
  const selectParts = database.prepare(
    "SELECT * FROM part WHERE upload_id = ? AND part_number > ? ORDER BY part_number LIMIT ?",
  );
  const replacePart = database.prepare(
    `INSERT OR REPLACE INTO part (upload_id, part_number, blob_id, size_bytes, e_tag, last_modified, checksum_value)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    insert(upload: Upload): void {
      insert.run(
        upload.uploadId,
        upload.bucket,
        toKeyBytes(upload.key),
        upload.initiatedAt.getTime(),
        JSON.stringify(upload.headers),
        upload.checksumAlgorithm,
        upload.checksumType,
        upload.checksumNamed ? 1 : 0,
      );
    },
    find(uploadId: string, bucket: string, key: string): Upload | undefined {
      const row = select.get(uploadId, bucket, toKeyBytes(key));
      return row === undefined ? undefined : toUpload(row);
    },
    /** The first upload behind this key and id; ids of one key sort by the time of their Create. */
    findAfter(bucket: string, key: Uint8Array, uploadId: string): Upload | undefined {
      const row = selectFrom.get(bucket, key, uploadId);
      return row === undefined ? undefined : toUpload(row);
    },
    /** Parts go with it. Their blobs are the caller's to keep or remove. */
    remove(uploadId: string): void {
      deleteById.run(uploadId);
    },
    parts(uploadId: string, options: { after: number; limit: number }): Part[] {
      return selectParts.all(uploadId, options.after, options.limit).map(toPart);
    },
    /** @returns the blob that this part had before */
    putPart(uploadId: string, part: Part): string | undefined {
      const before = selectPart.get(uploadId, part.partNumber);
      replacePart.run(
        uploadId,
        part.partNumber,
        part.blobId,
        part.sizeBytes,
        part.eTag,
        part.lastModified.getTime(),
        part.checksumValue,
      );
      return before === undefined ? undefined : textOf(before, "blob_id");
    },
  };
}

function toUpload(row: Row): Upload {
  return {
    uploadId: textOf(row, "id"),
    bucket: textOf(row, "bucket"),
    key: keyOf(row),
    initiatedAt: new Date(integerOf(row, "initiated_at")),
    headers: headersOf(row),
    checksumAlgorithm: checksumAlgorithmOf(row),
    checksumType: checksumTypeOf(row),
    checksumNamed: integerOf(row, "checksum_named") === 1,
  };
}

function toPart(row: Row): Part {
  return {
    partNumber: integerOf(row, "part_number"),
    blobId: textOf(row, "blob_id"),
    sizeBytes: integerOf(row, "size_bytes"),
    eTag: textOf(row, "e_tag"),
    lastModified: new Date(integerOf(row, "last_modified")),
    checksumValue: textOf(row, "checksum_value"),
  };
}
