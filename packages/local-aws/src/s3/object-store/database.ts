import { DatabaseSync } from "node:sqlite";
import { migrate } from "./migrate.ts";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";

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
    const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
    if (code === SQLITE_BUSY) throw new Error(`another process uses ${path}`, { cause: error });
    if (code === SQLITE_NOTADB)
      throw new Error(`${path} is not of this program: use another data folder`, { cause: error });
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
  if (version === 0) {
    database.exec(SCHEMA);
  } else if (!migrate(database, version)) {
    throw new Error(
      `${path} has format ${String(version)}, and this version reads ${SCHEMA_VERSION}: use another data folder`,
    );
  }
}

// https://sqlite.org/rescode.html
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;
