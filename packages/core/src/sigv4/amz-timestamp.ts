/** `20130524T000000Z`: the form in which Signature Version 4 writes a date. */
export function amzTimestamp(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, "");
}
