import * as z from "zod/mini";

/** What `doctor` found out about one thing. */
export interface Check {
  name: string;
  ok: boolean;
  detail: string;
  /** What to do about it. */
  remedy?: string;
}

const NetworkCause = z.object({ cause: z.object({ code: z.string() }) });

/** The shortest that says why: the code of a network error, else its sentence. */
export function messageOf(error: unknown): string {
  const cause = NetworkCause.safeParse(error);
  if (cause.success) return cause.data.cause.code;
  return error instanceof Error ? error.message.replace(/\.$/, "") : "unknown";
}
