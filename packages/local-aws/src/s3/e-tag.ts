/** S3 takes an ETag with and without its quotes. */
export function eTagsMatch(a: string, b: string): boolean {
  return withoutQuotes(a) === withoutQuotes(b);
}

export function toETag(hex: string): string {
  return `"${hex}"`;
}

function withoutQuotes(eTag: string): string {
  return eTag.trim().replace(/^"(.*)"$/, "$1");
}
