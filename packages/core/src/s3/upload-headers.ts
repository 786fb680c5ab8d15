import { contentDisposition } from "../keys/content-disposition.ts";
import { encodeMetadataValue } from "../keys/user-metadata.ts";
import type { Integrity } from "../schemas/object.ts";
import type { PutToSign } from "./request-signer.ts";

/** The header in which a store checks what arrives, and what must come along with it. */
export const CHECKSUM_HEADERS: Record<
  Integrity,
  { checksumHeader: string; alongside: Record<string, string> }
> = {
  CRC64NVME: {
    checksumHeader: "x-amz-checksum-crc64nvme",
    // Ceph checks the value only where the algorithm is named beside it; Amazon accepts both.
    alongside: { "x-amz-sdk-checksum-algorithm": "CRC64NVME" },
  },
  MD5: { checksumHeader: "content-md5", alongside: {} },
};

/** All headers of a PUT that are the same whatever its bytes are. */
export function putHeaders(put: PutToSign, integrity: Integrity): Record<string, string> {
  const metadata = Object.entries(put.metadata).map(([name, value]) => [
    `x-amz-meta-${name}`,
    encodeMetadataValue(value),
  ]);
  return {
    "content-disposition": contentDisposition("attachment", put.fileName),
    "content-type": put.contentType,
    ...(put.overwrite ? {} : { "if-none-match": "*" }),
    ...CHECKSUM_HEADERS[integrity].alongside,
    ...Object.fromEntries(metadata),
  };
}
