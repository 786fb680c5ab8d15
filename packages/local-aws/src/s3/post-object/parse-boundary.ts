import { S3Error } from "../s3-error.ts";

/**
 * The boundary between the parts of a form.
 *
 * @param contentType - of the request
 * @throws {S3Error} `PreconditionFailed` for what is no form at all (Amazon's table of errors says
 *   RequestIsNotMultiPartContent), `MalformedPOSTRequest` without a boundary as RFC 2046 wants it
 */
export function parseBoundary(contentType: string | undefined): string {
  const [type, ...parameters] = (contentType ?? "").split(";").map((text) => text.trim());
  if (type?.toLowerCase() !== "multipart/form-data") {
    throw new S3Error("PreconditionFailed", {
      details: { Condition: "Bucket POST must be of the enclosure-type multipart/form-data" },
    });
  }
  const boundary = parameters.map((parameter) => BOUNDARY.exec(parameter)).find((match) => match !== null);
  const value = boundary?.groups?.["quoted"] ?? boundary?.groups?.["bare"];
  if (value === undefined) throw new S3Error("MalformedPOSTRequest", { logNote: "no boundary" });
  return value;
}

/** Source: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 */
const BOUNDARY =
  /^boundary=(?:"(?<quoted>[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-])"|(?<bare>[\w'()+,./:=?-]{1,70}))$/i;
