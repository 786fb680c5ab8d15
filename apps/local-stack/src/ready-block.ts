import { relative } from "node:path";
import * as z from "zod/mini";
import type { Env } from "./env.ts";

const StoreHealth = z.object({
  result: z.object({
    data: z.object({ reachable: z.object({ ok: z.boolean(), message: z.optional(z.string()) }) }),
  }),
});

/** What people read once everything runs. */
export async function readyBlock({ ports, dataDir, externalStore }: Env): Promise<string> {
  const api = `http://127.0.0.1:${ports.api}`;
  const data = relative(process.cwd(), dataDir);
  const store =
    externalStore === undefined
      ? `http://127.0.0.1:${ports.aws}  (embedded stand-in of S3; files in ${data.startsWith("..") ? dataDir : data})`
      : `${externalStore.endpoint ?? `Amazon S3, ${externalStore.region}`}  (your own; bucket ${externalStore.bucket})`;
  const problem = await storeProblem(api);
  return [
    "",
    "  Waybill is ready",
    "",
    `  page   http://127.0.0.1:${ports.web}`,
    `  API    ${api}`,
    `  store  ${store}`,
    ...(problem === undefined
      ? []
      : ["", `  The store cannot be used yet: ${problem}`, "  npx waybill doctor says how to mend it."]),
    "",
    `  Try    ${ports.api === 4310 ? "" : `WAYBILL_API_URL=${api} `}npx waybill put FILE`,
    "  Stop   Ctrl-C",
    "",
  ].join("\n");
}

async function storeProblem(api: string): Promise<string | undefined> {
  const response = await fetch(`${api}/storeHealth`, { signal: AbortSignal.timeout(30_000) });
  const health = StoreHealth.safeParse(await response.json());
  if (!health.success) return `the API answered with HTTP ${response.status}.`;
  const { ok, message } = health.data.result.data.reachable;
  return ok ? undefined : message;
}
