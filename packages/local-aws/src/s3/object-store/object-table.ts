import type { DatabaseSync } from "node:sqlite";
import type { Tag } from "../tagging/tag.ts";
import type { ObjectPartTable } from "./object-part-table.ts";
import {
  type DeleteMarker,
  type NewObject,
  type ObjectVersion,
  type StoredObject,
  toVersion,
  type VersionName,
} from "./object-version.ts";
import { integerOf, type Row, toKeyBytes, toTagsColumn } from "./row.ts";
import type { SegmentTable } from "./segment-table.ts";

export type ObjectTable = ReturnType<typeof createObjectTable>;

/** A version of which the key has a newer one. */
export type NoncurrentVersion = ObjectVersion & {
  /** How many are between it and the current one. */
  newerVersions: number;
};

/** In bytes, as keys are compared. */
const HAS_PREFIX = "substr(key, 1, length(:prefix)) = :prefix";

/** Statements on versions of objects. Callers run the changing ones within a transaction. */
export function createObjectTable(
  database: DatabaseSync,
  tables: { segments: SegmentTable; parts: ObjectPartTable },
) {
  const selectCurrent = database.prepare(
    "SELECT * FROM object WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1",
  );
  const selectVersion = database.prepare(
    "SELECT * FROM object WHERE bucket = ? AND key = ? AND version_id = ?",
  );
  const selectOfUpload = database.prepare(
    "SELECT * FROM object WHERE upload_id = ? AND bucket = ? AND key = ?",
  );
  const selectFrom = database.prepare(
    `SELECT * FROM object AS candidate WHERE bucket = ? AND key >= ? AND is_delete_marker = 0 AND sequence = (
       SELECT max(sequence) FROM object WHERE bucket = candidate.bucket AND key = candidate.key
     ) ORDER BY key LIMIT 1`,
  );
  const selectNoncurrent = database.prepare(
    `SELECT *, (
       SELECT count(*) - 1 FROM object
       WHERE bucket = version.bucket AND key = version.key AND sequence > version.sequence
     ) AS newer_versions
     FROM object AS version
     WHERE bucket = :bucket AND (key, sequence) > (:key, :sequence) AND ${HAS_PREFIX} AND (
       SELECT last_modified FROM object
       WHERE bucket = version.bucket AND key = version.key AND sequence > version.sequence
       ORDER BY sequence LIMIT 1
     ) <= :time
     ORDER BY key, sequence LIMIT 1`,
  );
  const selectLoneMarker = database.prepare(
    `SELECT * FROM object AS marker
     WHERE bucket = :bucket AND key > :key AND ${HAS_PREFIX} AND last_modified <= :time AND is_delete_marker = 1
       AND NOT EXISTS (
       SELECT 1 FROM object WHERE bucket = marker.bucket AND key = marker.key AND id <> marker.id
     ) ORDER BY key LIMIT 1`,
  );
  const selectStoredUntil = database.prepare(
    `SELECT * FROM object AS candidate
     WHERE bucket = :bucket AND key > :key AND ${HAS_PREFIX} AND last_modified <= :time AND is_delete_marker = 0
       AND sequence = (
         SELECT max(sequence) FROM object WHERE bucket = candidate.bucket AND key = candidate.key
       ) ORDER BY key LIMIT 1`,
  );
  const selectOlder = database.prepare(
    "SELECT * FROM object WHERE bucket = ? AND key = ? AND sequence < ? ORDER BY sequence DESC LIMIT 1",
  );
  const selectNewestFrom = database.prepare(
    "SELECT * FROM object WHERE bucket = ? AND key > ? ORDER BY key, sequence DESC LIMIT 1",
  );
  const selectAny = database.prepare("SELECT 1 FROM object WHERE bucket = ? LIMIT 1");
  const updateTags = database.prepare("UPDATE object SET tags = ? WHERE id = ?");
  const deleteById = database.prepare("DELETE FROM object WHERE id = ?");
  const insertObject = database.prepare(
    `INSERT INTO object (bucket, key, sequence, version_id, last_modified, is_delete_marker, size_bytes, e_tag,
       headers, tags, storage_class, checksum_algorithm, checksum_type, checksum_value, upload_id, completion)
     VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  const insertMarker = database.prepare(
    `INSERT INTO object (bucket, key, sequence, version_id, last_modified, is_delete_marker)
     VALUES (?, ?, ?, ?, ?, 1)`,
  );
  return {
    /** The current version, be it an object or a delete marker. */
    current(bucket: string, key: string): ObjectVersion | undefined {
      return toOptionalVersion(selectCurrent.get(bucket, toKeyBytes(key)));
    },
    /** What a client sees at this key: nothing where the current version is a delete marker. */
    find(bucket: string, key: string): StoredObject | undefined {
      return toOptionalObject(this.current(bucket, key));
    },
    version(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
      return toOptionalVersion(selectVersion.get(bucket, toKeyBytes(key), versionId));
    },
    /** What CompleteMultipartUpload made of this upload, if it is still there. */
    ofUpload(uploadId: string, bucket: string, key: string): StoredObject | undefined {
      return toOptionalObject(toOptionalVersion(selectOfUpload.get(uploadId, bucket, toKeyBytes(key))));
    },
    /** The first object that a client sees whose key is not below `from`. */
    findFrom(bucket: string, from: Uint8Array): StoredObject | undefined {
      return toOptionalObject(toOptionalVersion(selectFrom.get(bucket, from)));
    },
    /** The first object that a client sees, behind the key `after`, that was stored until `time`, in ms. */
    findStoredUntil(
      bucket: string,
      { time, prefix, after }: { time: number; prefix: string; after: string },
    ): StoredObject | undefined {
      const range = { bucket, key: toKeyBytes(after), prefix: toKeyBytes(prefix) };
      return toOptionalObject(toOptionalVersion(selectStoredUntil.get({ ...range, time })));
    },
    /**
     * The first version behind that one which is not the current one of its key, and was replaced until `time`, in
     * ms. Of a key the oldest comes first.
     */
    findNoncurrent(
      bucket: string,
      options: { time: number; prefix: string; after: { key: string; sequence: number } },
    ): NoncurrentVersion | undefined {
      const { time, after } = options;
      const range = { bucket, key: toKeyBytes(after.key), prefix: toKeyBytes(options.prefix) };
      const row = selectNoncurrent.get({ ...range, sequence: after.sequence, time });
      return row && { ...toVersion(row), newerVersions: integerOf(row, "newer_versions") };
    },
    /** The first delete marker at a key behind `after` where nothing else is, made until `time`, in ms. */
    findLoneMarker(
      bucket: string,
      { time, prefix, after }: { time: number; prefix: string; after: string },
    ): ObjectVersion | undefined {
      const range = { bucket, key: toKeyBytes(after), prefix: toKeyBytes(prefix) };
      return toOptionalVersion(selectLoneMarker.get({ ...range, time }));
    },
    /** The next version in the order of a list: by key, and of each key the newest first. */
    findVersionBehind(bucket: string, key: Uint8Array, sequence: number): ObjectVersion | undefined {
      const row = selectOlder.get(bucket, key, sequence) ?? selectNewestFrom.get(bucket, key);
      return toOptionalVersion(row);
    },
    /** Whether there is any version, delete markers included. */
    hasVersions(bucket: string): boolean {
      return selectAny.get(bucket) !== undefined;
    },
    insert(object: NewObject & VersionName): void {
      const { checksum, multipart } = object;
      const row = insertObject.get(
        object.bucket,
        toKeyBytes(object.key),
        object.sequence,
        object.versionId,
        object.lastModified.getTime(),
        object.sizeBytes,
        object.eTag,
        JSON.stringify(object.headers),
        toTagsColumn(object.tags),
        object.storageClass,
        checksum.algorithm,
        checksum.type,
        checksum.value,
        multipart?.uploadId ?? null,
        multipart?.fingerprint ?? null,
      );
      const id = integerOf(row ?? {}, "id");
      tables.segments.addToObject(id, object.segments);
      for (const part of multipart?.parts ?? []) tables.parts.add(id, part);
    },
    insertDeleteMarker(marker: Omit<DeleteMarker, "id" | "isDeleteMarker">): void {
      const { bucket, key, sequence, versionId, lastModified } = marker;
      insertMarker.run(bucket, toKeyBytes(key), sequence, versionId, lastModified.getTime());
    },
    setTags(objectId: number, tags: readonly Tag[]): void {
      updateTags.run(toTagsColumn(tags), objectId);
    },
    /** @returns the blobs that nothing is made of any more */
    remove(objectId: number): string[] {
      const blobIds = tables.segments.ofObject(objectId).map(({ blobId }) => blobId);
      deleteById.run(objectId);
      return tables.segments.unreferenced(blobIds);
    },
  };
}

function toOptionalVersion(row: Row | undefined): ObjectVersion | undefined {
  return row === undefined ? undefined : toVersion(row);
}

function toOptionalObject(version: ObjectVersion | undefined): StoredObject | undefined {
  return version?.isDeleteMarker === false ? version : undefined;
}
