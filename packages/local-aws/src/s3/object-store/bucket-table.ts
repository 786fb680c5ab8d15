import type { DatabaseSync } from "node:sqlite";
import { integerOf, optionalTextOf, type Row, textOf } from "./row.ts";

export interface Bucket {
  name: string;
  createdAt: Date;
  /** The CORS configuration as S3's XML. */
  corsXml: string | undefined;
}

export type BucketTable = ReturnType<typeof createBucketTable>;

export function createBucketTable(database: DatabaseSync) {
  const insert = database.prepare("INSERT OR IGNORE INTO bucket (name, created_at) VALUES (?, ?)");
  const select = database.prepare("SELECT * FROM bucket WHERE name = ?");
  const selectAll = database.prepare("SELECT * FROM bucket ORDER BY name");
  const updateCors = database.prepare("UPDATE bucket SET cors_xml = ? WHERE name = ?");
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
    setCors(name: string, corsXml: string | undefined): void {
      updateCors.run(corsXml ?? null, name);
    },
  };
}

function toBucket(row: Row): Bucket {
  return {
    name: textOf(row, "name"),
    createdAt: new Date(integerOf(row, "created_at")),
    corsXml: optionalTextOf(row, "cors_xml"),
  };
}
