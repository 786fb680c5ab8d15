/** One rendered element. `undefined` children are left out, so that optional elements read well. */
export function xmlElement(name: string, children: readonly (string | undefined)[]): string {
  return `<${name}>${children.filter((child) => child !== undefined).join("")}</${name}>`;
}

/** One rendered element around text, which is escaped. */
export function xmlText(name: string, value: string | number | boolean): string {
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

export function xmlOptional(name: string, value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : xmlText(name, value);
}

/** The answer of a successful operation: all of S3's share one namespace. */
export function xmlDocument(name: string, children: readonly (string | undefined)[]): string {
  const body = children.filter((child) => child !== undefined).join("");
  return `${XML_PROLOG}<${name} xmlns="${NAMESPACE}">${body}</${name}>`;
}

/** The same where the outermost element holds nothing but text. */
export function xmlTextDocument(name: string, text: string): string {
  return `${XML_PROLOG}<${name} xmlns="${NAMESPACE}">${escapeXml(text)}</${name}>`;
}

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

export const XML_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/**
 * Control characters become numeric references, as in Amazon's lists: a bare CR would be read back
 * as LF, and a key may hold any of them. LF itself survives as it is.
 */
function escapeXml(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- control characters are the point
    /[&<>"\u0000-\u0009\u000b-\u001f]/g,
    (character) => NAMED_ENTITIES[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`,
  );
}
