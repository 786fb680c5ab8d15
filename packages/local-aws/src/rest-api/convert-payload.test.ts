import { describe, expect, it } from "vitest";
import { convertPayload, isBinaryType } from "./convert-payload.ts";

const BYTES = Buffer.from([0xff, 0x00]);
const BASE64 = Buffer.from("/wA=");
const BROKEN = Buffer.from("\ufffd\0");

describe("a payload", () => {
  // The rows of https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
  it.each([
    ["text", "text", undefined, BASE64, BASE64],
    ["text", "text", undefined, BYTES, BROKEN],
    ["text", "text", "CONVERT_TO_TEXT", BYTES, BROKEN],
    ["text", "text", "CONVERT_TO_BINARY", BASE64, BYTES],
    ["text", "binary", undefined, BASE64, BYTES],
    ["binary", "text", undefined, BYTES, BASE64],
    ["binary", "binary", undefined, BYTES, BYTES],
    ["binary", "text", "CONVERT_TO_BINARY", BYTES, BYTES],
    ["binary", "binary", "CONVERT_TO_TEXT", BYTES, BASE64],
  ] as const)("of %s for a receiver of %s, with %s, is converted", (from, to, handling, bytes, expected) => {
    const payload = { isBinary: from === "binary", wantsBinary: to === "binary", handling };
    expect(convertPayload(bytes, payload)).toEqual(expected);
  });

  it("of text that should become binary has to be base64", () => {
    const payload = { isBinary: false, wantsBinary: true, handling: undefined };
    expect(() => convertPayload(BYTES, payload)).toThrow("Internal server error");
  });
});

describe("a type", () => {
  it.each([
    ["image/png", ["image/png"], true],
    ["IMAGE/PNG; q=1", ["image/png"], true],
    ["image/png", ["image/*"], true],
    ["image/webp,text/html", ["image/webp"], true],
    ["text/html,image/webp", ["image/webp"], false],
    ["imagery/png", ["image/*"], false],
    ["text/plain", ["*/*"], true],
    [undefined, ["*/*"], true],
    [undefined, ["application/octet-stream"], false],
    ["text/plain", [], false],
  ])("of %s is a binary one among %j: %s", (types, binaryMediaTypes, expected) => {
    expect(isBinaryType(types, binaryMediaTypes)).toBe(expected);
  });
});
