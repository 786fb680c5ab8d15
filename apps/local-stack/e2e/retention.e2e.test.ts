import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { createLocalAws } from "@waybill/local-aws";
import { expect, it } from "vitest";
import { startStack } from "./start-stack.ts";

const DAY_MS = 24 * 3600 * 1000;

it("removes after its days what was sent to be removed, and nothing else", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "waybill-retention-"));
  const file = join(dataDir, "a.txt");
  await writeFile(file, "a");
  const stack = await startStack({ dataDir });
  const put = async (...options: string[]) => {
    const { stdout, stderr } = await stack.waybill("put", file, ...options);
    return { key: stdout.trim(), note: stderr };
  };
  const [temporary, ...kept] = await Promise.all([
    put("--collection", "temporary"),
    put(),
    put("--collection", "drive"),
  ]);
  expect(temporary.note).toContain(", kept for 7 days");
  expect(kept.map(({ note }) => note).join()).not.toContain("kept for");
  const { stdout } = await stack.waybill("doctor");
  expect(stdout).toContain(
    "ok    retention: the bucket keeps what is below temporary/ for 7 days, and then removes it\n",
  );
  await stack.stop();

  const clock = { aheadMs: 0 };
  await using aws = await createLocalAws({
    dataDir: join(dataDir, "aws"),
    clock: () => new Date(Date.now() + clock.aheadMs),
  });
  const { endpoint, region, credentials } = aws;
  /** What the stack's bucket has so many days later. */
  const keysAfter = async (days: number) => {
    clock.aheadMs = days * DAY_MS;
    await aws.runLifecycle();
    const systemClockOffset = clock.aheadMs;
    const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true, systemClockOffset });
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "waybill" }));
    client.destroy();
    return Contents.flatMap(({ Key = "" }) => (Key.startsWith(".waybill/") ? [] : [Key]));
  };
  const keysOfKept = kept.map(({ key }) => key).toSorted();
  expect(await keysAfter(6.9)).toEqual([...keysOfKept, temporary.key].toSorted());
  expect(await keysAfter(8)).toEqual(keysOfKept);
  expect(await keysAfter(4000)).toEqual(keysOfKept);
  await rm(dataDir, { recursive: true });
});
