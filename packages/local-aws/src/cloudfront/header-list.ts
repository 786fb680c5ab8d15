/** As sent: names in any case, one character per byte, repeated ones apart. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** @param rawHeaders - names and values by turns, as Node has them */
export function toHeaderList(rawHeaders: readonly string[]): HeaderList {
  return Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
    rawHeaders[2 * index] ?? "",
    rawHeaders[2 * index + 1] ?? "",
  ]);
}

/** @returns repeated ones joined by commas; `undefined` when there is none */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const values = headers
    .filter(([candidate]) => candidate.toLowerCase() === name.toLowerCase())
    .map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(",");
}

export function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  return [...withoutHeader(headers, name), [name, value]];
}

export function withoutHeader(headers: HeaderList, name: string): HeaderList {
  return headers.filter(([candidate]) => candidate.toLowerCase() !== name.toLowerCase());
}
