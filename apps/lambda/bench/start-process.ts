import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

/** What the process says of itself. */
const Report = z.object({
  /** Undefined for one without a bundle. */
  importMs: z.optional(z.number()),
  /** Of the processor, in the whole process. */
  cpuMs: z.number(),
  /** Files of the bundle that it has read until it had answered. */
  loaded: z.array(z.string()),
});

export interface Start extends z.infer<typeof Report> {
  /** From before the process was started until it had answered. */
  answerMs: number;
}

const PROGRAM = fileURLToPath(new URL("start-bundle.cjs", import.meta.url));

/** @param args - the bundle and the event, or nothing: Node alone */
export async function startProcess(args: string[], env: NodeJS.ProcessEnv): Promise<Start> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [said]: unknown[] = await once(child, "message");
  const answerMs = performance.now() - startedAt;
  await once(child, "close");
  return { answerMs, ...Report.parse(said) };
}
