import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keys } from "../testing/signing-arbitraries.ts";
import { doorKeyText, keyOfDoorText } from "./door-key-text.ts";

describe("a key in the path of a door", () => {
  it("has letters that no gateway touches, and is read as what it was", () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(doorKeyText(key)).toMatch(/^[\w-]+$/);
        expect(Buffer.from(doorKeyText(key), "base64url").toString()).toBe(key);
        expect(keyOfDoorText(doorKeyText(key))).toBe(key);
      }),
    );
  });

  it("is nothing that was written in another way", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        const key = keyOfDoorText(text);
        expect(key === undefined || doorKeyText(key) === text).toBe(true);
      }),
    );
    for (const text of ["YQ==", "YR", "_w", "%59", "YQ/"]) expect(keyOfDoorText(text)).toBeUndefined();
  });
});
