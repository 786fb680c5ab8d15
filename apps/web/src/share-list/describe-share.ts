import type { Share } from "@waybill/core";

const ENDED = { expired: "expired", "used-up": "used up", gone: "the file is gone" } as const;

/** `until 12 Apr 2026, 14:05 · 1 of 3 downloads · password` */
export function describeShare(
  { state, expiresAt, downloads, hasPassword }: Share,
  formatDate: (date: Date) => string,
): string {
  const until = expiresAt === null ? "until you end it" : `until ${formatDate(new Date(expiresAt))}`;
  return [
    state === "open" ? until : ENDED[state],
    ...(downloads === null
      ? []
      : [`${downloads.count.toLocaleString("en")} of ${downloads.most.toLocaleString("en")} downloads`]),
    ...(hasPassword ? ["password"] : []),
  ].join(" · ");
}
