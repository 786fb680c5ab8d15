import { relative } from "node:path";
import * as z from "zod/mini";
import { clientCredentials } from "@waybill/client/client-credentials";
import type { Env } from "./env.ts";
import type { Machine } from "./machine.ts";
import { auditFile } from "./service-stages.ts";
import { USERS } from "./users.ts";

const StoreHealth = z.object({
  result: z.object({
    data: z.object({ reachable: z.object({ ok: z.boolean(), message: z.optional(z.string()) }) }),
  }),
});

/** What people read once everything runs. */
export async function readyBlock(
  { ports, dataDir, externalStore, externalIssuer }: Env,
  machine: Machine | undefined,
): Promise<string> {
  const api = `http://127.0.0.1:${ports.api}`;
  const near = (path: string) => {
    const there = relative(process.cwd(), path);
    return there.startsWith("..") ? path : there;
  };
  const store =
    externalStore === undefined
      ? `http://127.0.0.1:${ports.aws}  (embedded stand-in of S3; files in ${near(dataDir)})`
      : `${externalStore.endpoint ?? `Amazon S3, ${externalStore.region}`}  (your own; bucket ${externalStore.bucket})`;
  const login =
    externalIssuer === undefined
      ? `http://127.0.0.1:${ports.oidc}  (embedded stand-in: ${USERS.map(({ sub }) => sub).join(", ")}; no password)`
      : `${externalIssuer.issuer}  (your own)`;
  const problem = machine && (await storeProblem(api, machine));
  const waybill = `${ports.api === 4310 ? "" : `WAYBILL_API_URL=${api} `}npx waybill`;
  return [
    "",
    "  Waybill is ready",
    "",
    `  page   http://127.0.0.1:${ports.web}`,
    `  API    ${api}`,
    `  store  ${store}`,
    `  login  ${login}`,
    `  audit  ${near(auditFile(dataDir))}`,
    ...(problem === undefined
      ? []
      : ["", `  The store cannot be used yet: ${problem}`, "  npx waybill doctor says how to mend it."]),
    ...(machine === undefined
      ? ["", "  No worker: set WAYBILL_WORKER_CLIENT_ID and WAYBILL_WORKER_CLIENT_SECRET for it to log in."]
      : []),
    "",
    `  Try    ${waybill} login`,
    `         ${waybill} put FILE`,
    "  Stop   Ctrl-C",
    "",
  ].join("\n");
}

async function storeProblem(api: string, machine: Machine): Promise<string | undefined> {
  const token = await clientCredentials(machine)({ refused: undefined }).catch((error: Error) => error);
  if (token instanceof Error) return token.message;
  const response = await fetch(`${api}/storeHealth`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  const health = StoreHealth.safeParse(await response.json());
  if (!health.success) return `the API answered with HTTP ${response.status}.`;
  const { ok, message } = health.data.result.data.reachable;
  return ok ? undefined : message;
}
