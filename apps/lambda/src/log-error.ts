import { TRPCError } from "@trpc/server";
import { getHTTPStatusCodeFromError } from "@trpc/server/http";
import { WaybillError } from "@waybill/core";

/**
 * One line of JSON for a request that failed through no fault of the caller's. Only what is certain
 * to hold no secret, signature or presigned URL: the error's code, its name and where it was thrown.
 */
export function logError(options: {
  error: unknown;
  path: string | undefined;
  write: (line: string) => void;
}): void {
  const { error, path, write } = options;
  if (error instanceof TRPCError && getHTTPStatusCodeFromError(error) < 500) return; // the caller was told
  const failed = error instanceof TRPCError ? (error.cause ?? error) : error;
  const known = failed instanceof WaybillError ? failed : undefined;
  const thrown = known?.cause ?? failed;
  write(
    JSON.stringify({
      level: "error",
      path,
      code: known?.code ?? "INTERNAL",
      name: thrown instanceof Error ? thrown.name : typeof thrown,
      at: thrown instanceof Error ? frames(thrown) : undefined,
    }),
  );
}

/** The stack without the message at its head, which may hold anything. */
function frames({ stack = "" }: Error): string[] {
  const lines = stack.split("\n").map((line) => line.trim());
  return lines.filter((line) => line.startsWith("at ")).slice(0, 5);
}
