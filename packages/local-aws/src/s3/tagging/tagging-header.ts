import { S3Error } from "../s3-error.ts";
import { checkObjectTags, type Tag } from "./tag.ts";

/**
 * Read `x-amz-tagging`: `key1=value1&key2=value2`, encoded like a query.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 *
 * @throws {S3Error} `InvalidArgument`, `BadRequest`, `InvalidTag`
 */
export function parseTaggingHeader(header: string): Tag[] {
  const pairs = header.split("&").filter((pair) => pair !== "");
  const tags = pairs.map((pair) => parsePair(pair, header));
  const keys = new Set(tags.map(({ key }) => key));
  if (keys.size < tags.length) throw invalidHeader(header);
  checkObjectTags(tags);
  return tags;
}

function parsePair(pair: string, header: string): Tag {
  const [key = "", value = "", ...rest] = pair.split("=");
  if (key === "" || rest.length > 0) throw invalidHeader(header);
  try {
    return { key: decode(key), value: decode(value) };
  } catch (cause) {
    throw invalidHeader(header, cause);
  }
}

function decode(text: string): string {
  return decodeURIComponent(Buffer.from(text, "latin1").toString("utf8").replaceAll("+", " "));
}

function invalidHeader(header: string, cause?: unknown): S3Error {
  return new S3Error("InvalidArgument", {
    message:
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    details: { ArgumentName: "x-amz-tagging", ArgumentValue: header },
    cause,
  });
}
