import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordStoredObjects } from "./record-stored-objects.ts";

/** As AWS documents it, shortened. */
function messageAbout(key: string) {
  return JSON.stringify({
    Records: [
      {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: "eu-west-1",
        eventTime: "2026-11-28T09:00:00.000Z",
        eventName: "ObjectCreated:CompleteMultipartUpload",
        s3: {
          bucket: { name: "files" },
          object: { key, size: 1024, eTag: "d41d8-2", versionId: "v1", sequencer: "0055" },
        },
      },
    ],
  });
}

const batchOf = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body, eventSource: "aws:sqs" })),
});

function run(batch: unknown) {
  const lines: Record<string, unknown>[] = [];
  return { result: recordStoredObjects(batch, (line) => lines.push(line)), lines };
}

describe("recordStoredObjects", () => {
  it("says nothing of what the API keeps for itself", () => {
    const batch = batchOf(messageAbout(".waybill/shares/abc/def.json"));
    expect(run(batch)).toEqual({ result: { batchItemFailures: [] }, lines: [] });
  });

  it("writes a line for each object", () => {
    expect(
      run(batchOf(messageAbout("files/u1/red+flower.jpg"), messageAbout("files/u1/%C3%A9%2B1"))),
    ).toEqual({
      result: { batchItemFailures: [] },
      lines: ["files/u1/red flower.jpg", "files/u1/é+1"].map((key) => ({
        event: "object-stored",
        by: "ObjectCreated:CompleteMultipartUpload",
        storedAt: "2026-11-28T09:00:00.000Z",
        key,
        sizeBytes: 1024,
        eTag: "d41d8-2",
        versionId: "v1",
      })),
    });
  });

  it("knows every key again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (key) => {
        const encoded = new URLSearchParams({ key }).toString().slice("key=".length);
        expect(run(batchOf(messageAbout(encoded))).lines).toEqual([expect.objectContaining({ key })]);
      }),
    );
  });

  it("says nothing of what the API keeps for itself", () => {
    expect(run(batchOf(messageAbout(".waybill/limits/u1")))).toEqual({
      result: { batchItemFailures: [] },
      lines: [],
    });
  });

  it("passes over the message by which S3 tries the queue", () => {
    const test = JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "files" });
    expect(run(batchOf(test))).toEqual({ result: { batchItemFailures: [] }, lines: [] });
  });

  it("gives back what it does not understand, and that alone, without telling what it says", () => {
    const { result, lines } = run(
      batchOf(messageAbout("a"), "no JSON", '{"Records":[{"eventVersion":"3.0"}]}'),
    );
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }] });
    expect(lines.slice(1)).toEqual([
      { event: "message-not-understood" },
      { event: "message-not-understood" },
    ]);
  });
});
