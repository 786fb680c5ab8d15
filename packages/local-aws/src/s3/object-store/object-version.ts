import type { Checksum } from "../checksums/checksum-algorithm.ts";
import type { StorageClass } from "../storage-class.ts";
import type { Tag } from "../tagging/tag.ts";
import { checksumAlgorithmOf, checksumTypeOf } from "./checksum-columns.ts";
import type { ObjectPart } from "./object-part-table.ts";
import {
  headersOf,
  integerOf,
  keyOf,
  optionalTextOf,
  type Row,
  storageClassOf,
  tagsOf,
  textOf,
} from "./row.ts";
import type { Segment } from "./segment-table.ts";

/** What the client says of an object, and S3 keeps with it. */
export interface ObjectProperties {
  /** System and user metadata under the names of their headers, in lower case. */
  headers: Readonly<Record<string, string>>;
  tags: readonly Tag[];
  storageClass: StorageClass;
}

interface ObjectContent extends ObjectProperties {
  bucket: string;
  key: string;
  sizeBytes: number;
  eTag: string; // with its quotes
  lastModified: Date;
  checksum: Checksum;
}

/** An object to be, before it becomes a version of its key. */
export interface NewObject extends ObjectContent {
  /** In order. CompleteMultipartUpload takes those of its parts, CopyObject those of its source. */
  segments: readonly Segment[];
  /** The multipart upload that it was made by. */
  multipart?: { uploadId: string; sequence: number; fingerprint: string; parts: readonly ObjectPart[] };
}

/** Which version of its key something is. */
export interface VersionName {
  versionId: string;
  /** The version of a key with the highest one is its current version. */
  sequence: number;
}

export interface StoredObject extends ObjectContent, VersionName {
  isDeleteMarker: false;
  id: number;
  multipart: { uploadId: string; fingerprint: string } | undefined;
}

/** A version without bytes: as the current one it makes S3 behave as if nothing was there. */
export interface DeleteMarker extends VersionName {
  isDeleteMarker: true;
  id: number;
  bucket: string;
  key: string;
  lastModified: Date;
}

export type ObjectVersion = StoredObject | DeleteMarker;

export function toVersion(row: Row): ObjectVersion {
  const named = {
    id: integerOf(row, "id"),
    bucket: textOf(row, "bucket"),
    key: keyOf(row),
    sequence: integerOf(row, "sequence"),
    versionId: textOf(row, "version_id"),
    lastModified: new Date(integerOf(row, "last_modified")),
  };
  if (integerOf(row, "is_delete_marker") === 1) return { ...named, isDeleteMarker: true };
  const uploadId = optionalTextOf(row, "upload_id");
  return {
    ...named,
    isDeleteMarker: false,
    sizeBytes: integerOf(row, "size_bytes"),
    eTag: textOf(row, "e_tag"),
    headers: headersOf(row),
    tags: tagsOf(row),
    storageClass: storageClassOf(row),
    checksum: {
      algorithm: checksumAlgorithmOf(row),
      type: checksumTypeOf(row),
      value: textOf(row, "checksum_value"),
    },
    multipart: uploadId === undefined ? undefined : { uploadId, fingerprint: textOf(row, "completion") },
  };
}
