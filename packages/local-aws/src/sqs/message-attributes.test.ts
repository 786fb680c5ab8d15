import { describe, expect, it } from "vitest";
import { checkMessage } from "./check-message.ts";
import {
  checkMessageAttributes,
  type MessageAttribute,
  selectMessageAttributes,
  toAttributesMd5,
} from "./message-attributes.ts";
import { parseAttributesText, toAttributesText } from "./store/stored-attributes.ts";

const text = (name: string, value: string, dataType = "String"): MessageAttribute => ({
  name,
  dataType,
  value,
});

const HELLO = text("Hello", "There");
const GENERAL = text("General", "Kenobi");
const HELP = text("Help.Me", "Me");
const BINARY: MessageAttribute = {
  name: "attr1",
  dataType: "Binary",
  value: Buffer.from("traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01"),
};

describe("the digest of message attributes", () => {
  // As Amazon answered for these.
  it.each([
    [[text("Foo", "Bar")], "ae7155c6026991b6d54b11589678bf9c"],
    [[HELLO], "a311262e065454b75da111d535b8dacd"],
    [[HELLO, GENERAL], "fca026605781cb4126a1e9044df24232"],
    [[HELP, HELLO], "83fee93c1bcd8b9a5a923ffacdc636c7"],
    [[HELLO, GENERAL, HELP], "4c360f3fdafd970e05fae2f149d997f5"],
    [[BINARY], "8cbe4db156db8a94db8b801b7addb984"],
  ])("is Amazon's, in whatever order they come: %j", (attributes, md5) => {
    expect(toAttributesMd5(attributes)).toBe(md5);
    expect(toAttributesMd5(attributes.toReversed())).toBe(md5);
    expect(toAttributesMd5(parseAttributesText(toAttributesText(attributes)))).toBe(md5);
  });
});

it("attributes are chosen by name, by what names begin with, or all of them", () => {
  const select = (...names: string[]): string[] =>
    selectMessageAttributes([HELLO, GENERAL, HELP], names).map(({ name }) => name);
  expect(select()).toEqual([]);
  expect(select("hello", "Hel", "*")).toEqual([]);
  expect(select("Hello", "nothing")).toEqual(["Hello"]);
  expect(select("Hel.*")).toEqual(["Hello", "Help.Me"]);
  for (const all of ["All", ".*"]) expect(select(all)).toEqual(["Hello", "General", "Help.Me"]);
});

describe("attributes", () => {
  const check =
    (...attributes: MessageAttribute[]) =>
    () =>
      checkMessageAttributes(attributes);

  it.each(["a", "_", "a.b-c_d", "AWSish", "amazonas.b", "x".repeat(256)])("may be called %s", (name) => {
    expect(check(text(name, "v"))).not.toThrow();
  });

  it.each(["", ".a", "a.", "a..b", "AWS.a", "amazon.a", "a b", "ä", "x".repeat(257)])(
    "may not be called '%s'",
    (name) => {
      expect(check(text(name, "v"))).toThrow(/attribute name .* is invalid/);
    },
  );

  it.each(["0", "-1.5", "+.5", "5.", "1e125", "1E-128", `0.${"9".repeat(38)}`, `${"0".repeat(99)}1`])(
    "may hold the number %s",
    (value) => {
      expect(check(text("n", value, "Number.any"))).not.toThrow();
    },
  );

  it.each(["x", "1x", " 1", ".", "0x1", "1e127", "1e-129", "9".repeat(39), "NaN", "Infinity", "1,5"])(
    "may not hold '%s' for a number",
    (value) => {
      expect(check(text("n", value, "Number"))).toThrow(
        "Can't cast the value of message (user) attribute 'n' to a number.",
      );
    },
  );

  it("are of a kind, which has its field", () => {
    for (const dataType of ["", "Text", "string", "String.", "Stringy", `String.${"x".repeat(250)}`]) {
      expect(check(text("a", "v", dataType))).toThrow(
        /^The message attribute 'a' has an invalid message attribute type/,
      );
    }
    expect(check(text("a", "v", "Binary"))).toThrow("with type 'Binary' must use field 'Binary'.");
    expect(check({ ...BINARY, dataType: "Number" })).toThrow("with type 'Number' must use field 'String'.");
    expect(check(BINARY, text("label", "v", "String.json"))).not.toThrow();
  });

  it("are not empty, and of the characters of a body", () => {
    expect(check(text("a", ""))).toThrow(
      "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
    );
    expect(check({ ...BINARY, value: Buffer.alloc(0) })).toThrow(/a non-empty value of type 'Binary'\.$/);
    expect(check(text("a", "\u0000"))).toThrow(expect.objectContaining({ code: "InvalidMessageContents" }));
  });

  it("are ten at most", () => {
    const attributes = Array.from({ length: 11 }, (_, index) => text(`a${index}`, "v"));
    expect(check(...attributes.slice(1))).not.toThrow();
    expect(check(...attributes)).toThrow(
      "Number of message attributes [11] exceeds the allowed maximum [10].",
    );
  });
});

describe("a message", () => {
  const check =
    (body: string, attributes: MessageAttribute[] = []) =>
    () =>
      checkMessage({ body, attributes }, { maximumMessageBytes: 1024 });

  it("counts in bytes, with names, types and values of its attributes", () => {
    expect(check("é".repeat(512))).not.toThrow();
    expect(check(`${"é".repeat(512)}e`)).toThrow(
      "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    );
    const attribute = text("name", "é"); // 4 + 6 + 2
    expect(check("x".repeat(1012), [attribute])).not.toThrow();
    expect(check("x".repeat(1013), [attribute])).toThrow(/must be shorter than 1024 bytes/);
  });

  it("holds what XML can hold", () => {
    expect(check("\t\n\r \u{d7ff}\u{e000}\u{fffd}\u{10000}\u{10ffff}")).not.toThrow();
    for (const body of ["\u0000", "\u0008", "\u000b", "\u001f", "\ufffe", "\uffff", "\ud800", "a\udc00b"]) {
      expect(check(body)).toThrow(expect.objectContaining({ code: "InvalidMessageContents" }));
    }
    expect(check("")).toThrow("The request must contain the parameter MessageBody.");
  });
});
