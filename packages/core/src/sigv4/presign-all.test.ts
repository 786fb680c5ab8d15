import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestToSign } from "./canonical-request.ts";
import { createPlainLane } from "./plain-lane.ts";
import { presign } from "./presign.ts";
import { presignAll } from "./presign-all.ts";
import { bestLanes } from "./signing-lanes.ts";

const signing = {
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "t".repeat(300) },
  region: "eu-west-1",
  expiresIn: 900,
  signedAt: new Date("2026-11-23T10:00:00Z"),
};

// Of many lengths, so that requests wait for others of theirs, and some in vain.
const requests: fc.Arbitrary<RequestToSign> = fc.record({
  method: fc.constantFrom("GET" as const, "HEAD" as const, "DELETE" as const),
  origin: fc.constantFrom("https://bucket.s3.eu-west-1.amazonaws.com", "http://127.0.0.1:9000"),
  path: fc.string({ unit: "grapheme", maxLength: 120 }).map((key) => `/${key}`),
  query: fc.dictionary(fc.constantFrom("a", "X-Amz-Content-Sha256", "x-id", "z ä"), fc.string()),
  headers: fc.dictionary(
    fc.constantFrom("range", "x-amz-meta-a"),
    fc.constantFrom("bytes=0-9", "ä", " a  b "),
  ),
});

describe.each([
  ["plain TypeScript", createPlainLane()],
  ["WebAssembly", bestLanes()],
])("presignAll in %s", (_name, lanes) => {
  it("makes of each request what presign makes of it, in the same order", () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 20 }), (some) => {
        expect(presignAll(signing, some, lanes)).toEqual(
          some.map((request) => presign({ ...signing, ...request })),
        );
      }),
    );
  });
});
