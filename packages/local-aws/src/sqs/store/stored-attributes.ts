import * as z from "zod/mini";
import type { MessageAttribute } from "../message-attributes.ts";

const StoredAttributes = z.array(
  z.object({
    name: z.string(),
    dataType: z.string(),
    value: z.union([z.object({ text: z.string() }), z.object({ base64: z.string() })]),
  }),
);

/** Message attributes as a column of text. */
export function toAttributesText(attributes: readonly MessageAttribute[]): string {
  const stored: z.infer<typeof StoredAttributes> = attributes.map(({ name, dataType, value }) => ({
    name,
    dataType,
    value: typeof value === "string" ? { text: value } : { base64: value.toString("base64") },
  }));
  return JSON.stringify(stored);
}

export function parseAttributesText(text: string): MessageAttribute[] {
  return StoredAttributes.parse(JSON.parse(text)).map(({ name, dataType, value }) => ({
    name,
    dataType,
    value: "text" in value ? value.text : Buffer.from(value.base64, "base64"),
  }));
}
