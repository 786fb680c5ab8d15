/** One word of any POSIX shell: nothing means anything between single quotes, but the next one. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
