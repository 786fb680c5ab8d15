import type { DatabaseSync } from "node:sqlite";
import { integerOf, type Row, textOf } from "./row.ts";

export interface Bucket {
  name: string;
  createdAt: Date;
}

/** A configuration of a bucket, kept as its client will read it back: XML, or JSON for a policy. */
export type BucketSetting = "cors" | "lifecycle" | "notification" | "policy" | "tagging" | "versioning";

export type BucketTable = ReturnType<typeof createBucketTable>;

export function createBucketTable(database: DatabaseSync) {
  const insert = database.prepare("INSERT OR IGNORE INTO bucket (name, created_at) VALUES (?, ?)");
  const select = database.prepare("SELECT * FROM bucket WHERE name = ?");
  const selectAll = database.prepare("SELECT * FROM bucket ORDER BY name");
  const selectSetting = database.prepare("SELECT value FROM bucket_setting WHERE bucket = ? AND name = ?");
  const replaceSetting = database.prepare(
    "INSERT OR REPLACE INTO bucket_setting (bucket, name, value) VALUES (?, ?, ?)",
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
    list(): Bucket[] {
      return selectAll.all().map(toBucket);
    },
    setting(bucket: string, name: BucketSetting): string | undefined {
      const row = selectSetting.get(bucket, name);
      return row === undefined ? undefined : textOf(row, "value");
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
