import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createShareLink, shareKey, shareKeyOfLink } from "./share-link.ts";

const links = Array.from({ length: 2000 }, () => createShareLink({ id: "alice", scopes: [] }));

describe("createShareLink", () => {
  it("makes a link that leads to its share, of which the store learns a hash", () => {
    for (const { id, key, path } of links) {
      const link = path.replace("/s/", "");
      expect(shareKeyOfLink(link)).toBe(key);
      expect(shareKey({ id: "alice", scopes: [] }, id)).toBe(key);
      const secret = Buffer.from(link.slice(16), "base64url");
      expect(secret).toHaveLength(18);
      expect(id).toBe(createHash("sha256").update(secret).digest().subarray(0, 16).toString("base64url"));
    }
  });

  it("makes links that no mail cuts short, ids that are no options, and none twice", () => {
    expect(new Set(links.map(({ path }) => path)).size).toBe(links.length);
    expect(links.filter(({ id, path }) => /[-_]$/.test(path) || id.startsWith("-"))).toEqual([]);
  });
});
