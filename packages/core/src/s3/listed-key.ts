/**
 * Asks for keys in a form that XML can carry. Without it a key is at the mercy of the reader: there are control
 * characters that XML cannot hold, and the SDK reads a key of one line feed as an empty one.
 */
export const KEYS_IN_URL_ENCODING = { EncodingType: "url" } as const;

/**
 * A key as a listing has it, decoded as the answer says. The encoding is that of forms: a space is `+`.
 *
 * @throws {URIError} when it is no UTF-8, as a key never is
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (encoding-type)
 */
export function listedKey(key: string, encodingType: string | undefined): string {
  return encodingType === "url" ? decodeURIComponent(key.replaceAll("+", "%20")) : key;
}
