import { describe, expect, it } from "vitest";
import { formatBytes } from "./format-bytes.ts";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [99.94 * 1024, "99.9 KiB"],
    [99.96 * 1024, "100 KiB"],
    [1023.4 * 1024, "1,023 KiB"],
    [1024 ** 2 - 1, "1.0 MiB"],
    [64 * 1024 ** 2, "64.0 MiB"],
    [5 * 1024 ** 3, "5.0 GiB"],
    [48.8 * 1024 ** 4, "48.8 TiB"],
    [5000 * 1024 ** 4, "5,000 TiB"],
  ])("%d bytes are %s", (bytes, shown) => {
    expect(formatBytes(bytes)).toBe(shown);
  });
});
