import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import * as z from "zod/mini";
import type { Job } from "../job.ts";

const SessionCredentials = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
  expiration: z.pipe(
    z.string(),
    z.transform((text) => new Date(text)),
  ),
});

/** With a session's credentials, which it may fetch again whenever it wants to. */
export async function runAwsSdk(job: Job): Promise<void> {
  const { endpoint, region, bucket } = job.store;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: async () =>
      SessionCredentials.parse(await (await fetch(`${job.origin}/credentials`)).json()),
  });
  try {
    if (job.task === "download") {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: job.key }));
      if (!(Body instanceof Readable)) throw new Error("GetObject answered without a stream.");
      await pipeline(Body, createWriteStream(job.downloadPath));
      return;
    }
    const upload = new Upload({
      client,
      params: { Bucket: bucket, Key: "file.bin", Body: createReadStream(job.filePath) },
      partSize: job.partSizeBytes,
    });
    await upload.done();
  } finally {
    client.destroy();
  }
}
