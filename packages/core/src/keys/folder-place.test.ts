import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_KEY_BYTES } from "../s3-limits.ts";
import { uriEncodeKey } from "../sigv4/uri-encode.ts";
import { createFolderKey, FolderPlace, safeFolderPath } from "./folder-place.ts";
import { createKeyId } from "./key-id.ts";
import { createObjectKey, utf8Length } from "./object-key.ts";

const prefix = "files/u1/";
const id = createKeyId(new Date());
/** The version by its place: the time before it may have a 7 as well. */
const ofVersion4 = `${id.slice(0, 14)}4${id.slice(15)}`;

/** Names as they are found on disks, and those that are meant to do harm. */
const segment = fc.oneof(
  fc.constantFrom(
    "",
    ".",
    "..",
    "...",
    "a",
    "A",
    " a",
    "a\\b",
    "a_b",
    "é",
    "e\u0301",
    "%2F",
    "#?",
    "a\u0000b",
  ),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 60 }),
);
const anyPath = fc.array(segment, { minLength: 1, maxLength: 12 }).map((segments) => segments.join("/"));

/** The key, or undefined where the path is refused. */
function keyOf(path: string): string | undefined {
  const folder = FolderPlace.safeParse({ id, path });
  if (!folder.success) return undefined;
  try {
    return createFolderKey({ prefix, folder: folder.data });
  } catch (error) {
    expect(error).toMatchObject({ code: "INVALID_INPUT" });
    return undefined;
  }
}

describe("a folder's path", () => {
  it("never becomes the key of another path", () => {
    fc.assert(
      fc.property(anyPath, anyPath, (a, b) => {
        const [first, second] = [keyOf(a), keyOf(b)];
        expect(first !== undefined && first === second).toBe(first !== undefined && a === b);
      }),
    );
  });

  it("leaves neither its folder nor the own prefix, also where a URL parser collapses segments", () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const key = keyOf(path) ?? `${prefix}${id}/refused`;
        expect(key.startsWith(`${prefix}${id}/`)).toBe(true);
        const { pathname } = new URL(`https://s3.example/${uriEncodeKey(key)}`);
        expect(decodeURIComponent(pathname)).toBe(`/${key}`);
        expect(utf8Length(key)).toBeLessThanOrEqual(MAX_KEY_BYTES);
      }),
    );
  });

  it("is taken as soon as it is made safe, unless it is too long", () => {
    fc.assert(
      fc.property(anyPath, (path) => {
        const safe = safeFolderPath(path);
        expect(FolderPlace.safeParse({ id, path: safe }).success).toBe(utf8Length(safe) <= MAX_KEY_BYTES);
      }),
    );
  });

  it.each(["photos/2024/Été (1) 100%.jpg", "%2F/#hash?.txt", ".git/HEAD", "한국어/📷", "A/a"])(
    "is kept readable: %s",
    (path) => {
      expect(keyOf(path)).toBe(`${prefix}${id}/${path}`);
    },
  );

  it.each(["", "/a", "a/", "a//b", ".", "a/../b", "a\\b", "e\u0301", "a\nb", "a\u202eb", " a", "\ud800"])(
    "is refused: %j",
    (path) => {
      expect(keyOf(path)).toBeUndefined();
    },
  );

  it("may fill a key to its last byte, and says by how much it is too long", () => {
    const room = MAX_KEY_BYTES - utf8Length(`${prefix}${id}/`);
    const pathOf = (bytes: number) => "é/".repeat(bytes).slice(0, (bytes * 2) / 3) + "a".repeat(bytes % 3);
    const longest = pathOf(room);
    expect(utf8Length(longest)).toBe(room);
    expect(createFolderKey({ prefix, folder: { id, path: longest } })).toHaveLength(
      prefix.length + id.length + 1 + longest.length,
    );
    expect(() => createFolderKey({ prefix, folder: { id, path: `${longest}ab` } })).toThrow(
      "The path is 2 bytes too long",
    );
  });
});

describe("a folder's id", () => {
  it("has the shape of those that the server makes, and sorts with them", () => {
    const now = new Date(1_700_000_000_000);
    const own = createKeyId(now);
    const key = createObjectKey({ prefix, id: createKeyId(now), fileName: "a" });
    expect(key.slice(0, prefix.length + 13)).toBe(prefix + own.slice(0, 13));
    expect(FolderPlace.safeParse({ id: own, path: "a" }).success).toBe(true);
  });

  it.each(["", "..", "photos", "../../bob", id.toUpperCase(), ofVersion4, `${id}/`])(
    "is refused in any other shape: %j",
    (other) => {
      expect(FolderPlace.safeParse({ id: other, path: "a" }).success).toBe(false);
    },
  );
});
