/**
 * `12 Mar 2026, 14:05`, in the reader's own language and time zone.
 *
 * @param options.locale - the browser's when left out
 */
export function formatDate(date: Date, options: { locale?: string; timeZone?: string } = {}): string {
  const { locale, timeZone } = options;
  return date.toLocaleString(locale, {
    dateStyle: "medium",
    timeStyle: "short",
    ...(timeZone === undefined ? {} : { timeZone }),
  });
}
