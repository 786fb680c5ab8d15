import type { S3Call } from "../operation.ts";
import type { VersionAddress } from "../require-found.ts";
import { checkWriteConditions } from "../write-conditions.ts";
import { deleteCurrent, deleteVersion, type Deletion } from "./delete-version.ts";

/** What a client wants deleted: an object, or one version of it. */
export interface DeletionRequest extends VersionAddress {
  /** Only while the current version has it; `*` for any object. */
  eTag: string | undefined;
}

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 *
 * @returns what the client must be allowed
 */
export function deletionActions({ versionId, eTag }: Pick<DeletionRequest, "versionId" | "eTag">): string[] {
  const action = versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
  return eTag === undefined || eTag === "*" ? [action] : [action, "s3:GetObject"];
}

/**
 * Delete, within a transaction. It is a success to find nothing.
 *
 * @throws {S3Error} `PreconditionFailed`, `NoSuchKey` under a condition
 */
export function deleteAddressed(call: S3Call, wanted: DeletionRequest): Deletion {
  const { store } = call;
  checkWriteConditions(store, wanted, { mustBeAbsent: false, mustHaveETag: wanted.eTag });
  if (wanted.versionId === undefined) return deleteCurrent(call, wanted);
  const version = store.objects.version(wanted.bucket, wanted.key, wanted.versionId);
  if (version !== undefined) return deleteVersion(call, version);
  return { versionId: undefined, isDeleteMarker: false, obsolete: [] };
}
