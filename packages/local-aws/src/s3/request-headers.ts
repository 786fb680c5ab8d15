/**
 * Headers as sent: Node's own object drops repeated ones, which a signature covers.
 *
 * @param rawHeaders - names and values by turns
 * @returns names in lower case; values of repeated headers joined by commas
 */
export function toHeaderMap(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    const value = rawHeaders[index + 1] ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
