import type { S3Error } from "../s3-error.ts";
import { XML_PROLOG, xmlElement, xmlText } from "./write-xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses */
export function errorXml(
  error: Pick<S3Error, "code" | "message" | "details">,
  context: { resource: string; requestId: string; hostId: string },
): string {
  return (
    XML_PROLOG +
    xmlElement("Error", [
      xmlText("Code", error.code),
      xmlText("Message", error.message),
      ...Object.entries(error.details).map(([name, value]) => xmlText(name, value)),
      xmlText("Resource", context.resource),
      xmlText("RequestId", context.requestId),
      xmlText("HostId", context.hostId),
    ])
  );
}
