import type { S3Request, S3Response } from "../operation.ts";
import { XML_PROLOG, xmlElement, xmlText } from "../xml/write-xml.ts";
import { fieldValue, type FormFields } from "./form-fields.ts";

/**
 * The answer that the form asks for: a redirect, or a status with or without a document.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 *
 * @param stored - the answer to the same upload as a PUT
 */
export function toSuccessResponse(
  request: Pick<S3Request, "bucket" | "key" | "host" | "rawPath">,
  { fields, stored }: { fields: FormFields; stored: S3Response },
): S3Response {
  const { bucket, key } = request;
  const eTag = stored.headers?.["etag"] ?? "";
  const target = parseRedirect(
    fieldValue(fields, "success_action_redirect") ?? fieldValue(fields, "redirect"),
  );
  if (target !== undefined) {
    return {
      status: 303,
      headers: { ...stored.headers, location: withResult(target, { bucket, key, etag: eTag }) },
    };
  }
  const location = toLocation(request);
  const headers = { ...stored.headers, location };
  const status = fieldValue(fields, "success_action_status");
  if (status === "200") return { status: 200, headers };
  if (status !== "201") return { status: 204, headers };
  const document = xmlElement("PostResponse", [
    xmlText("Location", location),
    xmlText("Bucket", bucket),
    xmlText("Key", key),
    xmlText("ETag", eTag),
  ]);
  return { status: 201, headers, body: XML_PROLOG + document };
}

/** What is no URL is taken as if it were not there. */
function parseRedirect(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\/[^\p{Cc}]+$/iu.test(text) || !URL.canParse(text)) return undefined;
  return Buffer.from(text, "utf8").toString("latin1"); // as headers are: one character per byte
}

/** The URL as it was sent, with its own query in front. */
function withResult(target: string, result: Record<string, string>): string {
  const [url = "", ...fragment] = target.split("#");
  const separator = url.includes("?") ? "&" : "?";
  return [`${url}${separator}${new URLSearchParams(result).toString()}`, ...fragment].join("#");
}

/** The object's URL, in which Amazon writes even a slash of the key as `%2F`. */
function toLocation({ host, rawPath, key }: Pick<S3Request, "host" | "rawPath" | "key">): string {
  return `http://${host}${rawPath.replace(/\/$/, "")}/${encodeURIComponent(key)}`;
}
