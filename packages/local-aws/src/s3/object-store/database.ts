import { DatabaseSync } from "node:sqlite";

/** Raise it with every change below that an existing file does not have. */
const SCHEMA_VERSION = 3;

/** New in version 2: copies share blobs. Version 1 would remove the blob of a copy with its source. */
const SEGMENT_BY_BLOB = "CREATE INDEX segment_by_blob ON segment (blob_id);";

const SCHEMA = `
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
  CREATE TABLE object (
    id INTEGER PRIMARY KEY,
    bucket TEXT NOT NULL REFERENCES bucket (name),
    key BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    e_tag TEXT NOT NULL,
    last_modified INTEGER NOT NULL,
    headers TEXT NOT NULL,
    checksum_algorithm TEXT NOT NULL,
    checksum_type TEXT NOT NULL,
    checksum_value TEXT NOT NULL,
    upload_id TEXT,
    completion TEXT,
    UNIQUE (bucket, key)
  ) STRICT;
  CREATE TABLE segment (
    object_id INTEGER NOT NULL REFERENCES object (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    blob_id TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (object_id, position)
  ) STRICT, WITHOUT ROWID;
  ${SEGMENT_BY_BLOB}
  CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL REFERENCES bucket (name),
    key BLOB NOT NULL,
    initiated_at INTEGER NOT NULL,
    headers TEXT NOT NULL,
    checksum_algorithm TEXT NOT NULL,
    checksum_type TEXT NOT NULL,
    checksum_named INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX upload_by_key ON upload (bucket, key, id);
  CREATE TABLE part (
    upload_id TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    part_number INTEGER NOT NULL,
    blob_id TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    e_tag TEXT NOT NULL,
    last_modified INTEGER NOT NULL,
    checksum_value TEXT NOT NULL,
    PRIMARY KEY (upload_id, part_number)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Open the file that says which objects exist.
 *
 * A commit survives the death of the process at any moment; after a power cut the last few may be
 * missing, but never half there (WAL, synchronous=NORMAL: https://sqlite.org/wal.html).
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    transaction(database, () => prepareSchema(database, path));
    return database;
  } catch (error) {
    database.close();
    if (isLocked(error)) throw new Error(`another process uses ${path}`, { cause: error });
    throw error;
  }
}

/** All of it or nothing. `run` must not wait for anything: there is one connection. */
export function transaction<T>(database: DatabaseSync, run: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = run();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function prepareSchema(database: DatabaseSync, path: string): void {
  const version = database.prepare("PRAGMA user_version").get()?.["user_version"];
  if (version === SCHEMA_VERSION) return;
  if (version === 1) {
    database.exec(`${SEGMENT_BY_BLOB} PRAGMA user_version = ${SCHEMA_VERSION};`);
    return;
  }
  if (version !== 0) {
    throw new Error(
      `${path} has format ${String(version)}, and this version reads ${SCHEMA_VERSION}: use another data folder`,
    );
  }
  database.exec(SCHEMA);
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

const SQLITE_BUSY = 5; // https://sqlite.org/rescode.html#busy
