import { UsageError } from "../usage-error.ts";

/** @throws {UsageError} */
export function parseIssuer(text: string): string {
  if (/^https?:\/\/[^/]/.test(text) && URL.canParse(text)) return text;
  throw new UsageError(
    `${JSON.stringify(text)} is not the address of a provider, such as https://login.example.com.`,
  );
}
