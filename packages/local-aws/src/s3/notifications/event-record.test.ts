import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACCOUNT } from "../../identity/caller.ts";
import { oddKey } from "../../testing/odd-key.ts";
import { toEventRecord } from "./event-record.ts";

const source = {
  requestId: "r",
  hostId: "h",
  caller: ACCOUNT,
  sourceIp: "127.0.0.1",
  region: "us-east-1",
  accountId: ACCOUNT.accountId,
};
const objectOf = (key: string, sequence = 1): { key: string; sequencer: string } => {
  const record = toEventRecord(
    { name: "ObjectCreated:Put", bucket: "b", key },
    { source, configurationId: "c", sequence, time: new Date(0) },
  );
  return (record as { s3: { object: { key: string; sequencer: string } } }).s3.object;
};

describe("the key of a record", () => {
  it("is read back by a form decoder, and has its slashes", () => {
    const decode = (key: string): string => decodeURIComponent(key.replaceAll("+", " "));
    fc.assert(
      fc.property(oddKey(), (key) => {
        const encoded = objectOf(key).key;
        expect(decode(encoded)).toBe(key);
        expect(encoded).toMatch(/^[\w.*/%+-]+$/);
        expect(encoded.split("/")).toHaveLength(key.split("/").length);
      }),
    );
  });

  it.each([
    ["red flower.jpg", "red+flower.jpg"],
    ["a/b+c", "a/b%2Bc"],
    ["100%", "100%25"],
    ["é", "%C3%A9"],
  ])("%s is %s", (key, expected) => {
    expect(objectOf(key).key).toBe(expected);
  });
});

it("sequencers sort as text as their events came", () => {
  const sequence = fc.nat(Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      expect(objectOf("k", a).sequencer < objectOf("k", b).sequencer).toBe(a < b);
    }),
  );
});
