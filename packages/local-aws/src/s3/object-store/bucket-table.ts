import type { DatabaseSync } from "node:sqlite";
import { integerOf, type Row, textOf } from "./row.ts";

export interface Bucket {
  name: string;
  createdAt: Date;
}

/** A configuration of a bucket, kept as its client will read it back: XML, JSON for a policy, a word for versioning. */
export type BucketSetting =
  | "cors"
  | "lifecycle"
  | "notification"
  | "policy"
  | "public-access-block"
  | "tagging"
  | "versioning";

export type BucketTable = ReturnType<typeof createBucketTable>;

export function createBucketTable(database: DatabaseSync) {
  const insert = database.prepare("INSERT OR IGNORE INTO bucket (name, created_at) VALUES (?, ?)");
  const select = database.prepare("SELECT * FROM bucket WHERE name = ?");
  const selectPage = database.prepare(
    `SELECT * FROM bucket WHERE name >= :from AND substr(name, 1, length(:prefix)) = :prefix
     ORDER BY name LIMIT :limit`,
  );
  const deleteByName = database.prepare("DELETE FROM bucket WHERE name = ?");
  const selectSetting = database.prepare("SELECT value FROM bucket_setting WHERE bucket = ? AND name = ?");
  const replaceSetting = database.prepare(
    "INSERT OR REPLACE INTO bucket_setting (bucket, name, value) VALUES (?, ?, ?)",
  );
  const selectWithSetting = database.prepare(
    "SELECT bucket FROM bucket_setting WHERE name = ? ORDER BY bucket",
  );
  const deleteSetting = database.prepare("DELETE FROM bucket_setting WHERE bucket = ? AND name = ?");
  return {
    /** @returns whether the bucket is new */
    create(name: string, createdAt: Date): boolean {
      return insert.run(name, createdAt.getTime()).changes === 1;
    },
    find(name: string): Bucket | undefined {
      const row = select.get(name);
      return row === undefined ? undefined : toBucket(row);
    },
    /** @param options.from - the first name that may be among them */
    page(options: { prefix: string; from: string; limit: number }): Bucket[] {
      const { prefix, from, limit } = options;
      return selectPage.all({ prefix, from, limit }).map(toBucket);
    },
    /** Its settings go with it. It must hold no object and no upload. */
    remove(name: string): void {
      deleteByName.run(name);
    },
    setting(bucket: string, name: BucketSetting): string | undefined {
      const row = selectSetting.get(bucket, name);
      return row === undefined ? undefined : textOf(row, "value");
    },
    /** The names of all buckets that have this setting. */
    withSetting(name: BucketSetting): string[] {
      return selectWithSetting.all(name).map((row) => textOf(row, "bucket"));
    },
    setSetting(bucket: string, name: BucketSetting, value: string | undefined): void {
      if (value === undefined) deleteSetting.run(bucket, name);
      else replaceSetting.run(bucket, name, value);
    },
  };
}

function toBucket(row: Row): Bucket {
  return { name: textOf(row, "name"), createdAt: new Date(integerOf(row, "created_at")) };
}
