/**
 * One sentence that says what is wrong and, where it is the system's refusal, what to do.
 *
 * @param error - of the server's start
 */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  const isListening = "syscall" in error && error.syscall === "listen";
  if (isListening && "port" in error) {
    if (code === "EADDRINUSE") {
      return `port ${String(error.port)} is taken by another program: give another one with --port, or 0 for any free one.`;
    }
    return `port ${String(error.port)} cannot be opened (${error.message}): give another one with --port.`;
  }
  if ("path" in error && typeof code === "string") {
    return `the data folder cannot be used (${error.message}): give another one with --data.`;
  }
  return error.message;
}
