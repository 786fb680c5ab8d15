import { setTimeout as sleep } from "node:timers/promises";
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { LocalAws } from "@waybill/local-aws";
import type { Cell } from "./cell.ts";
import type { ClientReport } from "./job.ts";
import { BUCKET } from "../rig/open-api.ts";
import { storeReader } from "../rig/store-reader.ts";
import { sha256Of } from "../rig/seeded-bytes.ts";

/** A client may say that it has failed before it has cleaned up. */
const CLEAN_UP_MS = 3000;
const POLL_MS = 100;

/** What the store really holds, beside what the client says. */
export async function judgeUpload(
  report: ClientReport,
  { aws, accepted }: { aws: LocalAws; accepted: ReadonlySet<string> },
): Promise<Cell> {
  const reader = storeReader(aws);
  try {
    const notes = (await isLeftOpen(reader)) ? ["left open"] : [];
    const digests = await digestsOfObjects(reader);
    const isWrong = digests.some((digest) => !accepted.has(digest));
    if (report.ok) {
      if (digests.length === 0) return { outcome: "FALSE SUCCESS", detail: "no object", notes };
      if (isWrong) return { outcome: "FALSE SUCCESS", detail: "other bytes", notes };
      return { outcome: "exact", notes };
    }
    const detail = report.error;
    if (isWrong) return { outcome: "WRONG BYTES", detail, notes };
    return { outcome: digests.length > 0 ? "WRONG ERROR" : "true error", detail, notes };
  } finally {
    reader.destroy();
  }
}

async function digestsOfObjects(reader: S3Client): Promise<string[]> {
  const { Contents = [] } = await reader.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await reader.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      return sha256Of((await Body?.transformToByteArray()) ?? new Uint8Array());
    }),
  );
}

async function isLeftOpen(reader: S3Client): Promise<boolean> {
  for (const endMs = performance.now() + CLEAN_UP_MS; ;) {
    const { Uploads = [] } = await reader.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    if (Uploads.length === 0 || performance.now() > endMs) return Uploads.length > 0;
    await sleep(POLL_MS);
  }
}
