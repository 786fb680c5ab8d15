import type { Checksum } from "../checksums/checksum-algorithm.ts";
import type { Upload } from "../object-store/upload-table.ts";
import { S3Error } from "../s3-error.ts";
import type { Completion } from "./parse-completion.ts";

/**
 * Compare what the client says of the whole object with what was computed from its parts.
 *
 * @throws {S3Error} `InvalidRequest`, `BadDigest`
 */
export function checkCompletion(
  completion: Completion,
  computed: { upload: Upload; checksum: Checksum; sizeBytes: number },
): void {
  const { upload, checksum, sizeBytes } = computed;
  if (completion.sizeBytes !== undefined && completion.sizeBytes !== sizeBytes) {
    throw new S3Error("InvalidRequest", {
      message: `The provided 'x-amz-mp-object-size' header value ${completion.sizeBytes} does not match what was computed: ${sizeBytes}`,
    });
  }
  if (completion.checksumType !== undefined && completion.checksumType !== checksum.type) {
    throw new S3Error("BadDigest", {
      message: `The checksum type ${completion.checksumType} does not match that of the upload, ${checksum.type}.`,
    });
  }
  const declared = completion.checksum;
  if (declared === undefined) return;
  if (declared.algorithm !== checksum.algorithm) {
    // In an upload that named none, S3 takes these values and looks at none of them.
    if (!upload.checksumNamed) return;
    throw new S3Error("InvalidRequest", {
      message: `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${declared.algorithm.toLowerCase()}`,
    });
  }
  // A composite value may come with or without its number of parts.
  if (declared.value === checksum.value || declared.value === checksum.value.replace(/-\d+$/, "")) {
    return;
  }
  throw new S3Error("BadDigest", {
    message: `The ${declared.algorithm} you specified did not match the calculated checksum.`,
  });
}
