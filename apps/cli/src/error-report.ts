import { WaybillError } from "@waybill/core";
import type { Terminal } from "./terminal.ts";

/** What is known of an error, for a line on stderr. */
export function errorReport(error: unknown): { code: string; message: string } {
  if (error instanceof WaybillError || error instanceof IncompleteError) {
    return { code: error.code, message: error.message };
  }
  return { code: "INTERNAL", message: error instanceof Error ? error.message : String(error) };
}

/** One clear sentence on stderr; as JSON with what it is about. */
export function printError(
  { terminal, json }: { terminal: Terminal; json: boolean },
  { code, message, ...about }: { code: string; message: string; file?: string; key?: string },
): void {
  terminal.note(json ? JSON.stringify({ error: { code, message, ...about } }) : `waybill: ${message}`);
}

/** Of several files some are done and some are not; each failure was told when it happened. */
export class IncompleteError extends Error {
  override readonly name = "IncompleteError";
  readonly code = "INCOMPLETE";
}
