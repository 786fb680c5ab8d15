import { S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

/** The same router and all else, in the usual form: the SDK is imported on top, and the client is made at the start. */
export { handler } from "../src/handler.ts";
export const sdk = { client: new S3Client({ region: "us-east-1" }), getSignedUrl };
