import prettyBytes from "pretty-bytes";

/** `1.5 MiB`: binary units, as file managers and S3 count. */
export function formatBytes(bytes: number): string {
  return prettyBytes(bytes, { binary: true });
}

/** `42 s`, `3:07`, `1:02:03`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}:${pad(whole % 60)}` : `${hours}:${pad(minutes % 60)}:${pad(whole % 60)}`;
}

/** `1 day`, `7 days`. */
export function formatDays(days: number): string {
  return days === 1 ? "1 day" : `${formatCount(days)} days`;
}

/** `12,345`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** Somebody else's text on a terminal: without the control characters that would command it. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
