import type { DatabaseSync } from "node:sqlite";
import { SCHEMA } from "./schema.ts";

/** Version 2 added an index to version 1; both hold the same tables. */
const MIGRATED_VERSIONS: readonly unknown[] = [1, 2];

/**
 * Bring an older file up to date, within the transaction of the caller: its tables step aside, today's are
 * made, the rows move over, and the old tables go.
 *
 * @returns whether this version can be migrated
 */
export function migrate(database: DatabaseSync, version: unknown): boolean {
  if (!MIGRATED_VERSIONS.includes(version)) return false;
  database.exec(`${STEP_ASIDE} ${SCHEMA} ${MOVE_ROWS} ${DROP_OLD}`);
  return true;
}

/** References between renamed tables follow them: https://sqlite.org/lang_altertable.html#altertabrename */
const STEP_ASIDE = `
  DROP INDEX IF EXISTS segment_by_blob;
  DROP INDEX upload_by_key;
  ALTER TABLE bucket RENAME TO old_bucket;
  ALTER TABLE object RENAME TO old_object;
  ALTER TABLE segment RENAME TO old_segment;
  ALTER TABLE upload RENAME TO old_upload;
  ALTER TABLE part RENAME TO old_part;
`;

/** There were no versions: every object is a null version, and each blob of a multipart object one part. */
const MOVE_ROWS = `
  INSERT INTO bucket (name, created_at) SELECT name, created_at FROM old_bucket;
  INSERT INTO bucket_setting (bucket, name, value)
    SELECT name, 'cors', cors_xml FROM old_bucket WHERE cors_xml IS NOT NULL;

  INSERT INTO object (id, bucket, key, sequence, version_id, last_modified, is_delete_marker, size_bytes, e_tag,
      headers, tags, storage_class, checksum_algorithm, checksum_type, checksum_value, upload_id, completion)
    SELECT id, bucket, key, id, 'null', last_modified, 0, size_bytes, e_tag,
      headers, '[]', 'STANDARD', checksum_algorithm, checksum_type, checksum_value, upload_id, completion
    FROM old_object;
  INSERT INTO segment (object_id, position, blob_id, start, size_bytes)
    SELECT object_id, position, blob_id, 0, size_bytes FROM old_segment;
  INSERT INTO object_part (object_id, part_number, size_bytes, checksum_value)
    SELECT old_segment.object_id, old_segment.position + 1, old_segment.size_bytes, NULL
    FROM old_segment JOIN old_object ON old_object.id = old_segment.object_id
    WHERE old_object.upload_id IS NOT NULL;

  INSERT INTO upload (id, bucket, key, sequence, initiated_at, headers, tags, storage_class,
      checksum_algorithm, checksum_type, checksum_named, overtaken)
    SELECT id, bucket, key,
      (SELECT coalesce(max(id), 0) FROM old_object) + row_number() OVER (ORDER BY initiated_at, id),
      initiated_at, headers, '[]', 'STANDARD', checksum_algorithm, checksum_type, checksum_named, 0
    FROM old_upload;
  INSERT INTO part (upload_id, part_number, size_bytes, e_tag, last_modified, checksum_value)
    SELECT upload_id, part_number, size_bytes, e_tag, last_modified, checksum_value FROM old_part;
  INSERT INTO part_segment (upload_id, part_number, position, blob_id, start, size_bytes)
    SELECT upload_id, part_number, 0, blob_id, 0, size_bytes FROM old_part;

  UPDATE sequence SET last = (
    SELECT coalesce(max(sequence), 0) FROM (SELECT sequence FROM object UNION ALL SELECT sequence FROM upload)
  );
`;

/** Those that refer to others first. */
const DROP_OLD = `
  DROP TABLE old_part;
  DROP TABLE old_upload;
  DROP TABLE old_segment;
  DROP TABLE old_object;
  DROP TABLE old_bucket;
`;
