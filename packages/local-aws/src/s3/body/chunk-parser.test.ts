import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunkBody, type ChunkSigning } from "../../testing/chunk-body.ts";
import { S3Error } from "../s3-error.ts";
import { createChunkSignatures } from "../sigv4/chunk-signatures.ts";
import type { ChunkedPayload } from "../sigv4/payload.ts";
import { ChunkParser } from "./chunk-parser.ts";

const NAME = "x-amz-checksum-crc32";
const SIGNING: ChunkSigning = {
  secretAccessKey: "secret",
  amzDate: "20300101T000000Z",
  scope: "20300101/us-east-1/s3/aws4_request",
  seedSignature: "0".repeat(64),
};

/** Feed a body in these pieces; what comes out is `data` and the trailer, or the code of the refusal. */
function parse(
  pieces: readonly Buffer[],
  options: { isSigned?: boolean; decodedBytes: number; hasTrailer?: boolean },
): { data: Buffer; trailer: string | undefined } | string {
  const scope = { date: "20300101", region: "us-east-1", service: "s3", terminal: "aws4_request" };
  const payload: ChunkedPayload = {
    kind: "chunked",
    mayHaveTrailer: options.hasTrailer ?? true,
    ...(options.isSigned ? { signatures: createChunkSignatures({ ...SIGNING, scope }) } : {}),
  };
  const trailerName = (options.hasTrailer ?? true) ? NAME : undefined;
  try {
    const parser = new ChunkParser({ payload, decodedBytes: options.decodedBytes, trailerName });
    const data = Buffer.concat(pieces.flatMap((piece) => parser.push(piece)));
    return { data, trailer: parser.finish().get(NAME) };
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}

const parseText = (text: string, options: { decodedBytes: number; hasTrailer?: boolean }) =>
  parse([Buffer.from(text)], options);

describe("a chunked body", () => {
  const shape = fc.record({
    sizes: fc.array(fc.integer({ min: 8192, max: 20_000 }), { maxLength: 4 }),
    lastSize: fc.integer({ min: 1, max: 300 }),
    isSigned: fc.boolean(),
    hasTrailer: fc.boolean(),
    cuts: fc.array(fc.nat(100_000), { maxLength: 12 }),
    salt: fc.integer({ min: 1, max: 255 }),
  });

  function frame(options: {
    sizes: number[];
    lastSize: number;
    isSigned: boolean;
    hasTrailer: boolean;
    salt: number;
  }): { data: Buffer; body: Buffer } {
    const { sizes, lastSize, isSigned, hasTrailer, salt } = options;
    const chunks = [...sizes, lastSize].map((size, index) => Buffer.alloc(size, salt + index));
    const body = chunkBody({
      chunks,
      ...(hasTrailer ? { trailer: `${NAME}:AAAAAA==` } : {}),
      ...(isSigned ? { signing: SIGNING } : {}),
    });
    return { data: Buffer.concat(chunks), body };
  }

  it("is decoded the same however the network cuts it", () => {
    fc.assert(
      fc.property(shape, (options) => {
        const { data, body } = frame(options);
        const places = [0, ...options.cuts.map((cut) => cut % body.length).toSorted((a, b) => a - b)];
        const pieces = places.map((from, index) => body.subarray(from, places[index + 1] ?? body.length));
        const decoded = parse(pieces, { ...options, decodedBytes: data.length });
        expect(decoded).toEqual({ data, trailer: options.hasTrailer ? "AAAAAA==" : undefined });
      }),
      { numRuns: 60 },
    );
    const { data, body } = frame({
      sizes: [8192],
      lastSize: 3,
      isSigned: true,
      hasTrailer: true,
      salt: 1,
    });
    const octets = [...body].map((octet) => Buffer.from([octet]));
    expect(parse(octets, { isSigned: true, decodedBytes: data.length })).toMatchObject({ data });
  });

  it("is refused when it is cut short, wherever that is", () => {
    fc.assert(
      fc.property(shape, fc.nat(), (options, cut) => {
        const { data, body } = frame(options);
        const decoded = parse([body.subarray(0, cut % body.length)], {
          ...options,
          decodedBytes: data.length,
        });
        expect(decoded).toBe("IncompleteBody");
      }),
      { numRuns: 60 },
    );
  });

  it("is refused when it is signed and any octet is another one", () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.integer({ min: 1, max: 255 }), (options, place, change) => {
        const signed = { ...options, isSigned: true };
        const { data, body } = frame(signed);
        const index = place % body.length;
        body[index] = (body[index] ?? 0) ^ change;
        const decoded = parse([body], { ...signed, decodedBytes: data.length });
        // Sizes and names may be written in either case.
        const isSame = change === 0x20 && typeof decoded !== "string" && decoded.data.equals(data);
        expect(isSame || typeof decoded === "string").toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("without data is one empty chunk", () => {
    const empty = { data: Buffer.alloc(0), trailer: undefined };
    expect(parseText("0\r\n\r\n", { decodedBytes: 0, hasTrailer: false })).toEqual(empty);
  });

  it.each([
    ["", "no chunk at all"],
    ["3\r\nabc\r\n", "no last chunk"],
    ["3\r\nabc\r\n0\r\n", "no end"],
    ["3\r\nabc\r\n0\r\n\r\n!", "something behind the end"],
    ["3\nabc\r\n0\r\n\r\n", "a bare line feed"],
    ["3\r\nabcd\r\n0\r\n\r\n", "more data than the chunk's size"],
    ["2\r\nab\r\n0\r\n\r\n", "less data than announced"],
    ["4\r\nabcd\r\n0\r\n\r\n", "more data than announced"],
    ["ffffffffffffffff\r\nabc", "a chunk without end"],
    ["-3\r\nabc\r\n0\r\n\r\n", "a negative size"],
    ["0x3\r\nabc\r\n0\r\n\r\n", "a prefix"],
    [" 3\r\nabc\r\n0\r\n\r\n", "a space"],
    ["3;name=value\r\nabc\r\n0\r\n\r\n", "another extension"],
    [`3;chunk-signature=${"0".repeat(64)}\r\nabc\r\n0\r\n\r\n`, "a signature where none belongs"],
    ["0".repeat(10_000), "a line without end"],
  ])("is IncompleteBody for %j: %s", (text) => {
    expect(parseText(text, { decodedBytes: 3, hasTrailer: false })).toBe("IncompleteBody");
  });

  it.each([
    ["\r\n", "no trailer"],
    ["x-amz-checksum-crc32c:AAAAAA==\r\n\r\n", "another one"],
    [`${NAME}:AAAAAA==\r\n${NAME}:AAAAAA==\r\n\r\n`, "it twice"],
    [`${NAME}\r\n\r\n`, "no colon"],
    [`:AAAAAA==\r\n\r\n`, "no name"],
    [`${NAME}:AAAAAA==\r\nx-amz-trailer-signature:${"0".repeat(64)}\r\n\r\n`, "an unexpected signature"],
    [`${NAME}:${"A".repeat(10_000)}`, "a value without end"],
  ])("is MalformedTrailerError for %j: %s", (text) => {
    expect(parseText(`0\r\n${text}`, { decodedBytes: 0 })).toBe("MalformedTrailerError");
  });

  it("is InvalidChunkSizeError when a chunk under 8 KiB is not the last", () => {
    const chunked = (sizes: number[]) => {
      const body = chunkBody({ chunks: sizes.map((size) => Buffer.alloc(size)) });
      return parse([body], { decodedBytes: sizes.reduce((a, b) => a + b), hasTrailer: false });
    };
    expect(chunked([8191, 1])).toBe("InvalidChunkSizeError");
    expect(chunked([8192, 8191, 8192])).toBe("InvalidChunkSizeError");
    expect(chunked([8192, 8191])).toMatchObject({ data: Buffer.alloc(8192 + 8191) });
  });
});
