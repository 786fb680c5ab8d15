import { AwsClient } from "aws4fetch";
import type { Credentials } from "@waybill/core";
import * as z from "zod/mini";

/** What Uppy's `signRequest` is asked, as it comes from the page. */
const ToSign = z.object({
  method: z.enum(["PUT", "POST", "GET", "DELETE"]),
  key: z.string(),
  uploadId: z.optional(z.string()),
  partNumber: z.optional(z.int()),
});

const EXPIRES_IN_SECONDS = 900;

/** The server that its documentation asks for: it presigns one request at a time. */
export async function signForUppy(
  asked: unknown,
  options: { bucketUrl: string; region: string; credentials: () => Promise<Credentials> },
): Promise<{ url: string }> {
  const { method, key, uploadId, partNumber } = ToSign.parse(asked);
  const { accessKeyId, secretAccessKey, sessionToken } = await options.credentials();
  const client = new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    region: options.region,
    service: "s3",
  });
  const url = new URL(`${options.bucketUrl}/${encodeURIComponent(key)}`);
  url.searchParams.set("X-Amz-Expires", String(EXPIRES_IN_SECONDS));
  if (uploadId !== undefined) url.searchParams.set("uploadId", uploadId);
  else if (method === "POST") url.searchParams.set("uploads", "");
  if (partNumber !== undefined) url.searchParams.set("partNumber", String(partNumber));
  return { url: (await client.sign(url, { method, aws: { signQuery: true } })).url };
}
