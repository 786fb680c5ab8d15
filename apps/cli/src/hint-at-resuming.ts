import { WaybillError } from "@waybill/core";
import type { CommandContext } from "./command-context.ts";
import { IncompleteError } from "./error-report.ts";

/** Run something that a later run can go on with, and say so when it breaks off. */
export async function hintAtResuming<T>(
  { terminal, json }: Pick<CommandContext, "terminal" | "json">,
  canResume: boolean,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const brokeOff = error instanceof WaybillError && (error.retryable || error.code === "ABORTED");
    if (canResume && !json && (brokeOff || error instanceof IncompleteError))
      terminal.note("The same command goes on where it stopped.");
    throw error;
  }
}
