import { S3Error } from "../s3-error.ts";
import { childText, childTexts, parseXml, type XmlElement } from "../xml/parse-xml.ts";
import { xmlDocument, xmlElement, xmlText } from "../xml/write-xml.ts";
import { CORS_METHODS, type CorsRule } from "./cors-rule.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
const MAX_RULES = 100;

export function toCorsXml(rules: readonly CorsRule[]): string {
  return xmlDocument(
    "CORSConfiguration",
    rules.map((rule) =>
      xmlElement("CORSRule", [
        rule.id === undefined ? undefined : xmlText("ID", rule.id),
        ...rule.allowedOrigins.map((origin) => xmlText("AllowedOrigin", origin)),
        ...rule.allowedMethods.map((method) => xmlText("AllowedMethod", method)),
        ...(rule.allowedHeaders ?? []).map((header) => xmlText("AllowedHeader", header)),
        ...(rule.exposeHeaders ?? []).map((header) => xmlText("ExposeHeader", header)),
        rule.maxAgeSeconds === undefined ? undefined : xmlText("MaxAgeSeconds", rule.maxAgeSeconds),
      ]),
    ),
  );
}

/** @throws {S3Error} `MalformedXML`, `InvalidRequest` */
export function parseCorsXml(body: Buffer): CorsRule[] {
  const { children } = parseXml(body, "CORSConfiguration");
  const isEveryChildARule = children.every(({ name }) => name === "CORSRule");
  if (!isEveryChildARule || children.length === 0 || children.length > MAX_RULES) {
    throw new S3Error("MalformedXML");
  }
  return children.map(parseRule);
}

function parseRule(element: XmlElement): CorsRule {
  const id = childText(element, "ID");
  const maxAge = childText(element, "MaxAgeSeconds");
  const rule = {
    allowedOrigins: childTexts(element, "AllowedOrigin"),
    allowedMethods: childTexts(element, "AllowedMethod"),
    allowedHeaders: childTexts(element, "AllowedHeader"),
    exposeHeaders: childTexts(element, "ExposeHeader"),
    ...(id === undefined ? {} : { id }),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: Number(maxAge) }),
  };
  checkRule(rule);
  return rule;
}

function checkRule(rule: CorsRule): void {
  const maxAge = rule.maxAgeSeconds ?? 0;
  if (rule.allowedOrigins.length === 0 || rule.allowedMethods.length === 0) {
    throw new S3Error("MalformedXML");
  }
  if (!Number.isSafeInteger(maxAge) || maxAge < 0) throw new S3Error("MalformedXML");
  const method = rule.allowedMethods.find((name) => !CORS_METHODS.includes(name));
  if (method !== undefined) {
    throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
  }
  const origin = rule.allowedOrigins.find((pattern) => pattern.split("*").length > 2);
  if (origin !== undefined) {
    throw invalidRequest(`AllowedOrigin "${origin}" can not have more than one wildcard.`);
  }
  const header = rule.allowedHeaders?.find((pattern) => pattern.split("*").length > 2);
  if (header !== undefined) {
    throw invalidRequest(`AllowedHeader "${header}" can not have more than one wildcard.`);
  }
  const exposed = rule.exposeHeaders?.find((name) => name.includes("*"));
  if (exposed !== undefined) {
    throw invalidRequest(
      `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
    );
  }
}

function invalidRequest(message: string): S3Error {
  return new S3Error("InvalidRequest", { message });
}
