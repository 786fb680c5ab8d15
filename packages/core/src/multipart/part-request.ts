import type { RequestTemplate, SignedRequest } from "../schemas/request.ts";

/** The request of one part. */
export function partRequest(
  { method, url, headers, checksumHeader }: RequestTemplate,
  part: { partNumber: number; sizeBytes: number; signature: string; checksum: string },
): SignedRequest {
  return {
    method,
    url: url
      .replace("{partNumber}", String(part.partNumber))
      .replace("{sizeBytes}", String(part.sizeBytes))
      .replace("{signature}", part.signature),
    headers: { ...headers, [checksumHeader]: part.checksum },
  };
}
