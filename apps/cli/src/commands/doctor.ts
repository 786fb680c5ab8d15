import { WaybillError, type StoreHealthOutput } from "@waybill/core";
import * as z from "zod/mini";
import type { CommandContext } from "../command-context.ts";

interface Check {
  name: string;
  ok: boolean;
  detail: string;
  remedy?: string;
}

const MAX_SKEW_MS = 5 * 60_000; // S3 refuses signatures that are 15 minutes off
const UPLOAD_HEADERS = ["content-type", "content-disposition", "if-none-match", "x-amz-checksum-crc64nvme"];

/** Look at everything that an upload needs; every problem comes with its remedy. */
export async function doctor(context: CommandContext): Promise<void> {
  const checks: Check[] = [];
  const report = (check: Check) => {
    checks.push(check);
    if (context.json) return;
    context.terminal.print(`${check.ok ? "ok  " : "FAIL"}  ${check.name}: ${check.detail}`);
    if (check.remedy !== undefined) context.terminal.print(`      ${check.remedy}`);
  };

  const clock = await checkApi(context, report);
  if (clock !== undefined) {
    report(clock);
    const store = await checkIdentity(context, report);
    if (store !== undefined) {
      report(describeCredentials(store));
      report(describeStore(store));
      report(await checkCors(context, store));
    }
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  if (context.json) context.terminal.print(JSON.stringify({ ok: failed === 0, checks }));
  if (failed > 0) throw new WaybillError("INTERNAL", `${failed} of ${checks.length} checks failed.`);
}

/** @returns what the API's clock says, once it answers */
async function checkApi(
  { client, apiUrl, signal }: CommandContext,
  report: (check: Check) => void,
): Promise<Check | undefined> {
  try {
    const askedAt = Date.now();
    const { version, now } = await client.call((api) => api.health.query(undefined, { signal }), signal);
    const skewMs = Date.parse(now) - (askedAt + Date.now()) / 2;
    report({ name: "API", ok: true, detail: `${apiUrl} answers, version ${version}` });
    const ok = Math.abs(skewMs) < MAX_SKEW_MS;
    const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
    const detail = `this machine and the API differ by ${seconds} s`;
    return {
      name: "clock",
      ok,
      detail,
      ...(ok ? {} : { remedy: "Set both clocks by NTP: signatures carry the time." }),
    };
  } catch (error) {
    report({
      name: "API",
      ok: false,
      detail: `${apiUrl} does not answer (${messageOf(error)})`,
      remedy: "Start it with `npm start`, or name another with --api or WAYBILL_API_URL.",
    });
    return undefined;
  }
}

async function checkIdentity(
  { client, signal }: CommandContext,
  report: (check: Check) => void,
): Promise<StoreHealthOutput | undefined> {
  try {
    return await client.call((api) => api.storeHealth.query(undefined, { signal }), signal);
  } catch (error) {
    report({
      name: "identity",
      ok: false,
      detail: messageOf(error),
      remedy: "Log in to the API that you asked.",
    });
    return undefined;
  }
}

function describeCredentials({ credentials: { temporary, expiresAt } }: StoreHealthOutput): Check {
  const kind = temporary ? "temporary credentials" : "permanent keys";
  const until =
    expiresAt === null
      ? temporary
        ? ", expiry unknown: links last 15 minutes at most"
        : ""
      : `, until ${expiresAt}`;
  return { name: "credentials", ok: true, detail: `the API signs with ${kind}${until}` };
}

function describeStore({ url, bucket, region, reachable }: StoreHealthOutput): Check {
  const where = `bucket ${bucket} in ${region} at ${url}`;
  if (reachable.ok) return { name: "store", ok: true, detail: where };
  const remedies: Record<string, string> = {
    STORAGE_UNREACHABLE: "Is the store running, and is WAYBILL_S3_ENDPOINT its address?",
    OBJECT_NOT_FOUND: `Create the bucket ${bucket}, or name another with WAYBILL_S3_BUCKET.`,
    STORAGE_DENIED: "Do the API's AWS_* variables hold keys that may use this bucket?",
  };
  const remedy = remedies[reachable.code] ?? "See the API's log.";
  return { name: "store", ok: false, detail: `${where}: ${reachable.message}`, remedy };
}

/** Ask the store as a browser would, before an upload from the web page. */
async function checkCors({ env, signal }: CommandContext, { url }: StoreHealthOutput): Promise<Check> {
  const remedy = `Give the bucket a CORS rule for ${env.webOrigin} (PUT, GET; all headers), or the web page cannot use it.`;
  try {
    const response = await fetch(`${url}/waybill-doctor`, {
      method: "OPTIONS",
      headers: {
        origin: env.webOrigin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": UPLOAD_HEADERS.join(","),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    const allowed = response.headers.get("access-control-allow-origin");
    const headers = response.headers.get("access-control-allow-headers")?.toLowerCase() ?? "";
    const ok = response.ok && (allowed === "*" || allowed === env.webOrigin) && allowsAll(headers);
    const detail = ok
      ? `the store lets ${env.webOrigin} upload`
      : `the store does not let ${env.webOrigin} upload (HTTP ${response.status})`;
    return { name: "CORS", ok, detail, ...(ok ? {} : { remedy }) };
  } catch (error) {
    return {
      name: "CORS",
      ok: false,
      detail: `this machine cannot reach ${url} (${messageOf(error)})`,
      remedy,
    };
  }
}

function allowsAll(headers: string): boolean {
  const list = headers.split(",").map((name) => name.trim());
  return list.includes("*") || UPLOAD_HEADERS.every((name) => list.includes(name));
}

const NetworkCause = z.object({ cause: z.object({ code: z.string() }) });

function messageOf(error: unknown): string {
  const cause = NetworkCause.safeParse(error);
  if (cause.success) return cause.data.cause.code;
  return error instanceof Error ? error.message.replace(/\.$/, "") : "unknown";
}
