import type { Share } from "@waybill/core";

/** A link to `a.txt` that works until it is ended, but for what is said. */
export function someShare(changes: Partial<Share> = {}): Share {
  return {
    id: "1",
    key: "k",
    fileName: "a.txt",
    createdAt: "2026-03-12T10:00:00.000Z",
    expiresAt: null,
    hasPassword: false,
    downloads: null,
    state: "open",
    ...changes,
  };
}
