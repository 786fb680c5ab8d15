import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { S3Error } from "../s3-error.ts";
import { type ChunkSignatures, createChunkSignatures } from "./chunk-signatures.ts";

/** 65 KiB of "a" in chunks of 64 KiB, as in both of Amazon's examples. */
const CHUNKS = [65_536, 1024, 0].map((length) =>
  createHash("sha256").update(Buffer.alloc(length, "a")).digest("hex"),
);

function startingAt(seedSignature: string): ChunkSignatures {
  return createChunkSignatures({
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    scope: { date: "20130524", region: "us-east-1", service: "s3", terminal: "aws4_request" },
    amzDate: "20130524T000000Z",
    seedSignature,
  });
}

function checkAll(signatures: ChunkSignatures, provided: readonly string[]): void {
  for (const [index, signature] of provided.entries()) signatures.checkChunk(CHUNKS[index] ?? "", signature);
}

describe("chunk signatures", () => {
  /** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html */
  const seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  const published = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
  ];

  it("are those of Amazon's published example", () => {
    expect(() => checkAll(startingAt(seed), published)).not.toThrow();
  });

  it("cannot change places", () => {
    const moved = [published[1] ?? "", published[0] ?? ""];
    expect(() => checkAll(startingAt(seed), moved)).toThrow(S3Error);
  });

  it("with a trailer are those of Amazon's published example", () => {
    /** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
    const signatures = startingAt("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e");
    const trailer = "x-amz-checksum-crc32c:sOO8/Q==\n";
    const trailerSignature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
    checkAll(signatures, [
      "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
      "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
      "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ]);
    expect(() => signatures.checkTrailers(trailer, trailerSignature)).not.toThrow();
    expect(() => signatures.checkTrailers(trailer, trailerSignature)).toThrow(S3Error);
  });
});
