/**
 * A file's name inside a sentence: in quotation marks, and isolated, so that the direction of its
 * script does not turn the rest of the sentence around.
 *
 * @see https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
 */
export function quoteName(fileName: string): string {
  return `“\u2068${fileName}\u2069”`;
}
