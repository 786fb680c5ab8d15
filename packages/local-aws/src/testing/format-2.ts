import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** `s3.sqlite` as it was before there were versions. Format 1 was the same without the index on blobs. */
const TABLES = `
  CREATE TABLE bucket (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, cors_xml TEXT) STRICT;
  CREATE TABLE object (
    id INTEGER PRIMARY KEY, bucket TEXT NOT NULL REFERENCES bucket (name), key BLOB NOT NULL,
    size_bytes INTEGER NOT NULL, e_tag TEXT NOT NULL, last_modified INTEGER NOT NULL, headers TEXT NOT NULL,
    checksum_algorithm TEXT NOT NULL, checksum_type TEXT NOT NULL, checksum_value TEXT NOT NULL,
    upload_id TEXT, completion TEXT, UNIQUE (bucket, key)
  ) STRICT;
  CREATE TABLE segment (
    object_id INTEGER NOT NULL REFERENCES object (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    blob_id TEXT NOT NULL, size_bytes INTEGER NOT NULL, PRIMARY KEY (object_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE upload (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL REFERENCES bucket (name), key BLOB NOT NULL,
    initiated_at INTEGER NOT NULL, headers TEXT NOT NULL, checksum_algorithm TEXT NOT NULL,
    checksum_type TEXT NOT NULL, checksum_named INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX upload_by_key ON upload (bucket, key, id);
  CREATE TABLE part (
    upload_id TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE, part_number INTEGER NOT NULL,
    blob_id TEXT NOT NULL, size_bytes INTEGER NOT NULL, e_tag TEXT NOT NULL, last_modified INTEGER NOT NULL,
    checksum_value TEXT NOT NULL, PRIMARY KEY (upload_id, part_number)
  ) STRICT, WITHOUT ROWID;
`;

const SEGMENT_BY_BLOB = "CREATE INDEX segment_by_blob ON segment (blob_id);";

const CHECKSUM = "'CRC64NVME', 'FULL_OBJECT', 'AAAAAAAAAAA='";

/** Two buckets; an object, a copy of it and one made of two parts; an upload with one part. */
const ROWS = `
  INSERT INTO bucket VALUES ('test-bucket', 1000, NULL), ('with-cors', 2000,
    '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>');
  INSERT INTO object VALUES
    (1, 'test-bucket', CAST('single' AS BLOB), 5, '"5d41402abc4b2a76b9719d911017c592"', 3000, '{"content-type":"text/plain"}', ${CHECKSUM}, NULL, NULL),
    (2, 'test-bucket', CAST('copy' AS BLOB), 5, '"5d41402abc4b2a76b9719d911017c592"', 4000, '{}', ${CHECKSUM}, NULL, NULL),
    (7, 'test-bucket', CAST('parts' AS BLOB), 8, '"0123456789abcdef0123456789abcdef-2"', 5000, '{}', 'SHA256', 'COMPOSITE', 'AA==-2', 'done', 'fingerprint');
  INSERT INTO segment VALUES (1, 0, 'blob-1', 5), (2, 0, 'blob-1', 5), (7, 0, 'blob-2', 5), (7, 1, 'blob-3', 3);
  INSERT INTO upload VALUES ('upload-1', 'test-bucket', CAST('pending' AS BLOB), 6000, '{"x-amz-meta-a":"b"}', 'CRC64NVME', 'FULL_OBJECT', 0);
`;

/** What is in the blobs, and what the unfinished part is. */
const OLD_BLOBS = { "blob-1": "hello", "blob-2": "first", "blob-3": "end", "blob-4": "part" } as const;
export const OLD_PART_ETAG = `"${createHash("md5").update(OLD_BLOBS["blob-4"]).digest("hex")}"`;

/** Make a folder as an older version of this software left it. */
export async function writeOldFolder(dataDir: string, format: 1 | 2): Promise<void> {
  await mkdir(join(dataDir, "blobs"), { recursive: true });
  for (const [name, text] of Object.entries(OLD_BLOBS)) await writeFile(join(dataDir, "blobs", name), text);
  const database = new DatabaseSync(join(dataDir, "s3.sqlite"));
  database.exec(`${TABLES} ${format === 2 ? SEGMENT_BY_BLOB : ""} ${ROWS} PRAGMA user_version = ${format};`);
  database
    .prepare("INSERT INTO part VALUES ('upload-1', 3, 'blob-4', 4, ?, 7000, 'AAAAAAAAAAA=')")
    .run(OLD_PART_ETAG);
  database.close();
}
