/**
 * The MD5 that an ETag is where the store makes it one: of the bytes, or with `-N` of the MD5s of N parts.
 *
 * @returns base64, and `-N`; null for what cannot be an MD5
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function md5OfETag(eTag: string): string | null {
  const [, hex, count = ""] = /^"?([0-9a-f]{32})(-[1-9]\d{0,4})?"?$/i.exec(eTag) ?? [];
  if (hex === undefined) return null;
  const bytes = hex.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16)));
  return btoa(bytes) + count;
}
