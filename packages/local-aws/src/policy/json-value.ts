/** A JSON object's members. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One string or a list of them: "if only one value is included, the brackets are optional". */
export function toStrings(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item) => typeof item === "string") ? list : undefined;
}

/**
 * The first name that an object of a JSON text holds twice. `JSON.parse` keeps the last and says nothing, so a
 * condition could vanish; AWS refuses: "Individual elements must not contain multiple instances of the same key."
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @param json - text that `JSON.parse` takes
 */
export function findDuplicateName(json: string): string | undefined {
  const open: Set<string>[] = [];
  let lastString = "";
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}:]/g)) {
    if (token === "{") {
      open.push(new Set());
    } else if (token === "}") {
      open.pop();
    } else if (token === ":") {
      const name = String(JSON.parse(lastString)); // "\u0041" and "A" are one name
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    } else {
      lastString = token;
    }
  }
  return undefined;
}
