import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { openRawRequest } from "../../testing/open-raw-request.ts";
import { openStandIn, type StandIn } from "../../testing/open-stand-in.ts";
import { BOUNDARY, formBody, signForm } from "../../testing/post-form.ts";
import { createClient } from "../../testing/s3-under-test.ts";
import { xmlValue } from "../../testing/send-request.ts";

const Bucket = "test-bucket";
const MiB = 1024 ** 2;
let s3: StandIn;

beforeAll(async () => {
  s3 = await openStandIn({ idleTimeoutMs: 100 });
});
afterAll(() => s3.close());

/** @param request.body - what comes of it, before nothing more does */
async function stall(request: Parameters<typeof openRawRequest>[1]): Promise<object> {
  const raw = await openRawRequest(s3, request);
  const closed = await raw.closed;
  return {
    closed,
    status: raw.received().slice("HTTP/1.1 ".length).split(" ")[0],
    code: xmlValue(raw.body(), "Code"),
    logged: s3.lines.at(-1)?.split(" /")[0],
    blobs: await readdir(join(s3.dataDir, "blobs")),
  };
}

const timedOut = (method: string): object => ({
  closed: "end",
  status: "400",
  code: "RequestTimeout",
  logged: `400 RequestTimeout ${method}`,
  blobs: [],
});

describe("a body in which nothing moves any more is answered with RequestTimeout, and leaves nothing", () => {
  it.each([10, 2 * MiB])("in a PUT of %i bytes", async (length) => {
    expect(
      await stall({
        method: "PUT",
        path: `/${Bucket}/k`,
        headers: { "content-length": length },
        body: Buffer.alloc(length - 1),
      }),
    ).toEqual(timedOut("PUT"));
  });

  it("in a part", async () => {
    const client = createClient(s3);
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }));
    client.destroy();
    expect(
      await stall({
        method: "PUT",
        path: `/${Bucket}/k?partNumber=1&uploadId=${UploadId}`,
        headers: { "content-length": 2 * MiB },
        body: Buffer.alloc(MiB),
      }),
    ).toEqual(timedOut("PUT"));
  });

  it("in a chunk", async () => {
    expect(
      await stall({
        method: "PUT",
        path: `/${Bucket}/k`,
        signature: "header",
        headers: {
          "content-length": 100_000,
          "content-encoding": "aws-chunked",
          "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
          "x-amz-decoded-content-length": 90_000,
        },
        body: Buffer.from("fff0\r\nabc"),
      }),
    ).toEqual(timedOut("PUT"));
  });

  it("in XML", async () => {
    expect(
      await stall({
        method: "POST",
        path: `/${Bucket}?delete`,
        headers: { "content-length": 100 },
        body: Buffer.from("<Delete>"),
      }),
    ).toEqual(timedOut("POST"));
  });

  it("in a form, before its file and within", async () => {
    const fields = signForm({ ...s3, bucket: Bucket }, { conditions: [{ key: "k" }], fields: { key: "k" } });
    const parts = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const body = formBody([...parts, { name: "file", value: "content", fileName: "a.txt" }]);
    for (const sent of [body.subarray(0, 300), body.subarray(0, -20)]) {
      expect(
        await stall({
          method: "POST",
          path: `/${Bucket}`,
          signature: "none",
          headers: {
            "content-length": body.length,
            "content-type": `multipart/form-data; boundary=${BOUNDARY}`,
          },
          body: sent,
        }),
      ).toEqual(timedOut("POST"));
    }
  });
});
