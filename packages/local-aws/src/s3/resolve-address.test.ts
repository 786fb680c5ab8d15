import { describe, expect, it } from "vitest";
import { resolveAddress } from "./resolve-address.ts";

describe("bucket and key", () => {
  it.each([
    ["127.0.0.1:4320", "/", { bucket: "", key: "" }],
    ["127.0.0.1:4320", "/b", { bucket: "b", key: "" }],
    ["127.0.0.1:4320", "/b/", { bucket: "b", key: "" }],
    ["127.0.0.1:4320", "/b/k", { bucket: "b", key: "k" }],
    ["127.0.0.1:4320", "/b//k/../%2e%2E/", { bucket: "b", key: "/k/../../" }],
    ["localhost", "/b/a+b%2Bc%2F%20", { bucket: "b", key: "a+b+c/ " }],
    ["s3.localhost:4320", "/b/k", { bucket: "b", key: "k" }],
    ["b.localhost:4320", "/k", { bucket: "b", key: "k" }],
    ["b.s3.localhost:4320", "/k/l", { bucket: "b", key: "k/l" }],
    ["my.bucket.s3.us-east-1.amazonaws.com", "/", { bucket: "my.bucket", key: "" }],
    ["s3.us-east-1.amazonaws.com", "/b/k", { bucket: "b", key: "k" }],
  ])("of host %s and path %s are %o", (host, rawPath, address) => {
    expect(resolveAddress({ host, rawPath })).toEqual(address);
  });

  it("are refused with bad escapes, bytes that are not UTF-8, and keys over 1,024 bytes", () => {
    const host = "127.0.0.1";
    for (const rawPath of ["/b/%", "/b/%zz", "/b/%ff", "/%e0%80"]) {
      expect(() => resolveAddress({ host, rawPath })).toThrow(
        expect.objectContaining({ code: "InvalidURI" }),
      );
    }
    resolveAddress({ host, rawPath: `/b/${"%C3%A9".repeat(512)}` });
    expect(() => resolveAddress({ host, rawPath: `/b/${"%C3%A9".repeat(513)}` })).toThrow(
      expect.objectContaining({ code: "KeyTooLongError" }),
    );
  });
});
