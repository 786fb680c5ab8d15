import { XMLParser, XMLValidator } from "fast-xml-parser";
import { S3Error } from "../s3-error.ts";

export interface XmlElement {
  name: string;
  /** With the white space around it, which may be part of a key. */
  text: string;
  children: readonly XmlElement[];
}

/**
 * Read the XML body of a request.
 *
 * @param rootName - the only element that may be the outermost one
 * @throws {S3Error} `MalformedXML`
 */
export function parseXml(body: Buffer, rootName: string): XmlElement {
  const text = body.toString("utf8");
  // A document type could define entities that grow without bound; S3 has no use for one.
  if (text.includes("<!DOCTYPE")) throw new S3Error("MalformedXML");
  if (XMLValidator.validate(text) !== true) throw new S3Error("MalformedXML");
  const elements = toElements(parse(text)).filter(({ name }) => !name.startsWith("?"));
  const [root] = elements;
  if (root === undefined || elements.length > 1 || root.name !== rootName) {
    throw new S3Error("MalformedXML");
  }
  return root;
}

export function childElement(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

export function childText(element: XmlElement, name: string): string | undefined {
  return childRawText(element, name)?.trim();
}

export function childRawText(element: XmlElement, name: string): string | undefined {
  return childElement(element, name)?.text;
}

export function childTexts(element: XmlElement, name: string): string[] {
  return element.children.filter((child) => child.name === name).map(({ text }) => text.trim());
}

function parse(text: string): unknown {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true, // numeric references: some clients write a quote as &#34;
  });
  try {
    return parser.parse(text);
  } catch (cause) {
    throw new S3Error("MalformedXML", { cause });
  }
}

/** The parser's ordered form is `[{ Part: [{ ETag: [{ "#text": "…" }] }] }]`. */
function toElements(nodes: unknown): XmlElement[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    if (typeof node !== "object" || node === null) return [];
    return Object.entries(node)
      .filter(([name]) => name !== "#text" && name !== ":@")
      .map(([name, content]) => ({ name, text: textOf(content), children: toElements(content) }));
  });
}

function textOf(nodes: unknown): string {
  if (!Array.isArray(nodes)) return "";
  return nodes
    .map((node: unknown) =>
      typeof node === "object" && node !== null && "#text" in node ? String(node["#text"]) : "",
    )
    .join("");
}
