import { describe, expect, it } from "vitest";
import { bucketAddress } from "./bucket-address.ts";

describe("bucketAddress", () => {
  it.each([
    [{ bucket: "b", region: "eu-west-1" }, "https://b.s3.eu-west-1.amazonaws.com", ""],
    [{ bucket: "b.c", region: "eu-west-1" }, "https://s3.eu-west-1.amazonaws.com", "/b.c"],
    [
      { bucket: "b", region: "x", endpoint: "http://127.0.0.1:4320/", forcePathStyle: true },
      "http://127.0.0.1:4320",
      "/b",
    ],
    [{ bucket: "b", region: "x", endpoint: "https://store.example" }, "https://b.store.example", ""],
  ])("puts %j at %s%s", (options, origin, pathPrefix) => {
    expect(bucketAddress(options)).toEqual({ origin, pathPrefix });
  });
});
