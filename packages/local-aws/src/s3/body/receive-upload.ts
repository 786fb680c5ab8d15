import { MAX_SINGLE_PUT_BYTES } from "@waybill/core/s3-limits";
import type { ChecksumAlgorithm } from "../checksums/checksum-algorithm.ts";
import type { DeclaredChecksum } from "../checksums/declared-checksum.ts";
import type { DigestName } from "../checksums/create-digest.ts";
import { toETag } from "../e-tag.ts";
import type { Blob } from "../object-store/blob-files.ts";
import type { S3Call } from "../operation.ts";
import { S3Error } from "../s3-error.ts";
import { parseBodyChecks } from "./body-checks.ts";

/** The bytes of an object or part: on disk and checked, but not yet spoken of by the database. */
export interface ReceivedUpload {
  blob: Blob;
  eTag: string;
  /** Base64, in the algorithm asked for. */
  checksumValue: string;
  /** What the client gave, in a header or trailer. */
  declaredChecksum: DeclaredChecksum | undefined;
}

/**
 * Stream the body to a new blob and check all that the request promises about it, in one pass.
 *
 * @throws {S3Error} with no file left behind
 */
export async function receiveUpload(
  { request, store }: Pick<S3Call, "request" | "store">,
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedUpload> {
  const { body } = request;
  checkLength(body.declaredBytes);
  const checks = parseBodyChecks(request);
  const { declaredAlgorithm } = checks;
  const source = body.open();
  const { blob, digests } = await store.blobs
    .receive(source, {
      digests: [...new Set<DigestName>(["MD5", algorithm, ...checks.digests])],
      expectedBytes: body.declaredBytes,
    })
    .catch((cause: unknown) => {
      if (cause instanceof S3Error) throw cause;
      throw source.readableAborted ? new S3Error("IncompleteBody", { cause }) : cause;
    });
  await orRemove(
    () => checks.check(digests, body.trailers()),
    () => store.blobs.remove([blob.blobId]),
  );
  const digestOf = (name: DigestName): Buffer => digests.get(name) ?? Buffer.alloc(0);
  return {
    blob,
    eTag: toETag(digestOf("MD5").toString("hex")),
    checksumValue: digestOf(algorithm).toString("base64"),
    declaredChecksum:
      declaredAlgorithm === undefined
        ? undefined
        : { algorithm: declaredAlgorithm, value: digestOf(declaredAlgorithm).toString("base64") },
  };
}

async function orRemove(check: () => void, remove: () => Promise<void>): Promise<void> {
  try {
    check();
  } catch (error) {
    await remove();
    throw error;
  }
}

/** PUT and UploadPart have one limit: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
function checkLength(declaredBytes: number | undefined): void {
  if (declaredBytes === undefined) throw new S3Error("MissingContentLength");
  if (declaredBytes <= MAX_SINGLE_PUT_BYTES) return;
  throw new S3Error("EntityTooLarge", {
    details: {
      ProposedSize: String(declaredBytes),
      MaxSizeAllowed: String(MAX_SINGLE_PUT_BYTES),
    },
  });
}
