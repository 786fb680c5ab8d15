import type { S3Client } from "@aws-sdk/client-s3";
import type { Integrity } from "../schemas/object.ts";

/** One bucket, the client that reaches it, and by what it proves which bytes it holds. */
export interface Store {
  client: S3Client;
  bucket: string;
  integrity: Integrity;
}
