import { StsError } from "./sts-error.ts";

/** The parameters of a call in the query protocol. Of a repeated one the first counts. */
export type Parameters = ReadonlyMap<string, string>;

/**
 * Read a form-encoded body.
 *
 * @throws {StsError} `MalformedInput` for a bad escape, or bytes that are not UTF-8
 */
export function parseForm(body: Buffer): Parameters {
  const parameters = new Map<string, string>();
  for (const pair of body.toString("latin1").split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/**
 * A list: `Tags.member.1.Key=a&Tags.member.1.Value=b` are the fields of the first tag. Members count from 1,
 * and a gap ends them.
 *
 * @returns each member's parameters; the one without a name is the member itself
 */
export function listMembers(parameters: Parameters, list: string): Parameters[] {
  const byNumber = new Map<string, Map<string, string>>();
  const prefix = `${list}.member.`;
  for (const [name, value] of parameters) {
    if (!name.startsWith(prefix)) continue;
    const [number = "", ...field] = name.slice(prefix.length).split(".");
    const fields = byNumber.get(number) ?? new Map<string, string>();
    byNumber.set(number, fields.set(field.join("."), value));
  }
  const members: Parameters[] = [];
  for (;;) {
    const member = byNumber.get(String(members.length + 1));
    if (member === undefined) return members;
    members.push(member);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new StsError("MalformedInput", { cause, logNote: "a bad escape in the body" });
  }
}
