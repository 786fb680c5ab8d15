import { describe, expect, it } from "vitest";
import { childRawText, childText, childTexts, parseXml } from "./parse-xml.ts";
import { xmlDocument, xmlElement, xmlText } from "./write-xml.ts";

describe("XML", () => {
  it("is read with its entities, named and numeric", () => {
    const part = parseXml(
      Buffer.from("<Part><ETag>&quot;a&#34;&#x22;&amp;amp;</ETag><N>1</N><N>2</N></Part>"),
      "Part",
    );
    expect(childText(part, "ETag")).toBe('"a""&amp;');
    expect(childTexts(part, "N")).toEqual(["1", "2"]);
    expect(childText(part, "Absent")).toBeUndefined();
  });

  it.each([
    "",
    "junk",
    "<Part>",
    "<Part></Other>",
    "<Other/>",
    "<Part/><Part/>",
    '<!DOCTYPE Part [<!ENTITY a "aaaa">]><Part>&a;</Part>',
  ])("is refused as %j", (text) => {
    expect(() => parseXml(Buffer.from(text), "Part")).toThrow(
      expect.objectContaining({ code: "MalformedXML" }),
    );
  });

  it("is written so that it reads back", () => {
    const key = ` <&>"'\r\n ]]>가 `;
    const written = xmlDocument("List", [xmlElement("Contents", [xmlText("Key", key), undefined])]);
    const contents = parseXml(Buffer.from(written), "List").children[0];
    expect(contents && childRawText(contents, "Key")).toBe(key);
    expect(contents && childText(contents, "Key")).toBe(key.trim());
  });
});
