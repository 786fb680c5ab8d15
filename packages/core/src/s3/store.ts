import type { S3Client } from "@aws-sdk/client-s3";

/** One bucket, and the client that reaches it. */
export interface Store {
  client: S3Client;
  bucket: string;
}
