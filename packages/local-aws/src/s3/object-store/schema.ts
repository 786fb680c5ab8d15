import { QUEUE_SCHEMA } from "../../sqs/message-queues.ts";

/** Raise it with every change below that an existing file does not have, and teach `migrate.ts` the way. */
export const SCHEMA_VERSION = 3;

export const SCHEMA = `
  CREATE TABLE bucket (
    name TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE bucket_setting (
    bucket TEXT NOT NULL REFERENCES bucket (name) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (bucket, name)
  ) STRICT, WITHOUT ROWID;

  -- The last number given to an object or upload.
  CREATE TABLE sequence (last INTEGER NOT NULL) STRICT;
  INSERT INTO sequence VALUES (0);

  -- One row for each version of an object. Of the versions of a key, the one with the highest sequence is
  -- the current one.
  CREATE TABLE object (
    id INTEGER PRIMARY KEY,
    bucket TEXT NOT NULL REFERENCES bucket (name),
    key BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    version_id TEXT NOT NULL,
    last_modified INTEGER NOT NULL,
    is_delete_marker INTEGER NOT NULL,
    -- From here on NULL in a delete marker.
    size_bytes INTEGER,
    e_tag TEXT,
    headers TEXT,
    tags TEXT,
    storage_class TEXT,
    checksum_algorithm TEXT,
    checksum_type TEXT,
    checksum_value TEXT,
    -- Only in what CompleteMultipartUpload made.
    upload_id TEXT,
    completion TEXT,
    UNIQUE (bucket, key, sequence),
    UNIQUE (bucket, key, version_id)
  ) STRICT;
  CREATE INDEX object_by_upload ON object (upload_id) WHERE upload_id IS NOT NULL;
  -- The parts that such an object was made of. A checksum is NULL when an older version of this software
  -- completed it.
  CREATE TABLE object_part (
    object_id INTEGER NOT NULL REFERENCES object (id) ON DELETE CASCADE,
    part_number INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    checksum_value TEXT,
    PRIMARY KEY (object_id, part_number)
  ) STRICT, WITHOUT ROWID;
  -- The bytes of an object are those of its segments, one behind the other.
  CREATE TABLE segment (
    object_id INTEGER NOT NULL REFERENCES object (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    blob_id TEXT NOT NULL,
    start INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (object_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX segment_by_blob ON segment (blob_id);

  CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL REFERENCES bucket (name),
    key BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    initiated_at INTEGER NOT NULL,
    headers TEXT NOT NULL,
    tags TEXT NOT NULL,
    storage_class TEXT NOT NULL,
    checksum_algorithm TEXT NOT NULL,
    checksum_type TEXT NOT NULL,
    checksum_named INTEGER NOT NULL,
    overtaken INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX upload_by_key ON upload (bucket, key, id);
  CREATE TABLE part (
    upload_id TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    part_number INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    e_tag TEXT NOT NULL,
    last_modified INTEGER NOT NULL,
    checksum_value TEXT NOT NULL,
    PRIMARY KEY (upload_id, part_number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE part_segment (
    upload_id TEXT NOT NULL,
    part_number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    blob_id TEXT NOT NULL,
    start INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (upload_id, part_number, position),
    FOREIGN KEY (upload_id, part_number) REFERENCES part (upload_id, part_number) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX part_segment_by_blob ON part_segment (blob_id);

  ${QUEUE_SCHEMA}

  PRAGMA user_version = ${SCHEMA_VERSION};
`;
