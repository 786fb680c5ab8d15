import { S3Error } from "./s3-error.ts";

/**
 * What comes as text, in a query or a form, in the shape that a header would have had.
 *
 * @returns one character per octet, as Node's HTTP parser gives headers; of user metadata the text itself, since
 *   S3 reads only headers octet by octet
 * @throws {S3Error} `InvalidArgument` for what no header could hold
 */
export function toTextHeader(name: string, text: string): string {
  if (/\p{Cc}/u.test(text)) {
    throw new S3Error("InvalidArgument", {
      message: "A header cannot hold control characters.",
      details: { ArgumentName: name },
    });
  }
  return name.startsWith("x-amz-meta-") ? text : Buffer.from(text, "utf8").toString("latin1");
}
