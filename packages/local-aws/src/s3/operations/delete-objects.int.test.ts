import { DeleteObjectsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { openStandIn } from "../../testing/open-stand-in.ts";
import { createClient } from "../../testing/s3-under-test.ts";

it("reports a key that is too long for itself, and deletes the others", async () => {
  const s3 = await openStandIn();
  const client = createClient(s3);
  try {
    const Bucket = s3.bucket;
    await client.send(new PutObjectCommand({ Bucket, Key: "short", Body: "bytes" }));
    const long = "k".repeat(1025);
    const Objects = [{ Key: long }, { Key: "short" }];
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: "short" }]);
    expect(Errors).toMatchObject([{ Key: long, Code: "KeyTooLongError" }]);
  } finally {
    client.destroy();
    await s3.close();
  }
});
