import { xmlElement, xmlText } from "../s3/xml/write-xml.ts";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
/** Of errors that Amazon's framework answers before STS sees the call. */
const FAULT_NAMESPACE = "http://webservices.amazon.com/AWSFault/2005-15-09";

export function resultXml(
  action: string,
  result: readonly (string | undefined)[],
  requestId: string,
): string {
  return document(`${action}Response`, NAMESPACE, [
    xmlElement(`${action}Result`, result),
    xmlElement("ResponseMetadata", [xmlText("RequestId", requestId)]),
  ]);
}

export function stsErrorXml(
  error: { code: string; status: number; message: string },
  requestId: string,
): string {
  const namespace = error.code === "InvalidAction" ? FAULT_NAMESPACE : NAMESPACE;
  return document("ErrorResponse", namespace, [
    xmlElement("Error", [
      xmlText("Type", error.status < 500 ? "Sender" : "Receiver"),
      xmlText("Code", error.code),
      xmlText("Message", error.message),
    ]),
    xmlText("RequestId", requestId),
  ]);
}

function document(name: string, namespace: string, children: readonly string[]): string {
  return `<${name} xmlns="${namespace}">${children.join("")}</${name}>\n`;
}
