import { S3Error } from "./s3-error.ts";

/**
 * How a list writes keys: plainly, or URL-encoded so that XML can carry any of them.
 *
 * The encoding is that of forms (a space is `+`) except that `/` and `*` stay.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (encoding-type)
 *
 * @throws {S3Error} `InvalidArgument` for any other type than `url`
 */
export function toKeyEncoder(encodingType: string | undefined): (key: string) => string {
  if (encodingType === undefined) return (key) => key;
  if (encodingType === "url") return encodeKey;
  throw new S3Error("InvalidArgument", {
    message: "Invalid Encoding Method specified in Request",
    details: { ArgumentName: "encoding-type", ArgumentValue: encodingType },
  });
}

function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
    .replaceAll("%20", "+");
}
