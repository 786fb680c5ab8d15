import { createWaybillClient } from "@waybill/client/node";
import { WaybillError, type Deployment, type StoreHealthOutput } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";
import { messageOf, type Check } from "../doctor/check.ts";
import { checkCors } from "../doctor/check-cors.ts";
import { checkDeployment } from "../doctor/check-deployment.ts";
import { checkRoutes } from "../doctor/check-routes.ts";
import { describeIntegrity } from "../doctor/describe-integrity.ts";
import { describeRetention } from "../doctor/describe-retention.ts";

const MAX_SKEW_MS = 5 * 60_000; // S3 refuses signatures that are 15 minutes off

/**
 * Look at everything that an upload needs; every problem comes with its remedy.
 *
 * @param deployment - look at what else was deployed to AWS, too
 */
export async function doctor(context: CommandContext, deployment?: Deployment): Promise<void> {
  const checks: Check[] = [];
  const report = (check: Check) => {
    checks.push(check);
    if (context.json) return;
    context.terminal.print(`${check.ok ? "ok  " : "FAIL"}  ${check.name}: ${check.detail}`);
    if (check.remedy !== undefined) context.terminal.print(`      ${check.remedy}`);
  };

  if (deployment !== undefined) (await checkDeployment(deployment, context.signal)).forEach(report);
  const clock = await checkApi(context, report);
  if (clock !== undefined) {
    report(clock);
    const store = await checkIdentity(context, report);
    if (store !== undefined) {
      report(describeCredentials(store));
      report(describeStore(store));
      const probed = store.reachable.ok ? await probe(context, store) : [];
      for (const check of probed) report(check);
      report(await checkCors(context, store));
      if (probed[0]?.ok) await checkRoutes(context, report); // else nothing proves what they bring
    }
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  if (context.json) context.terminal.print(JSON.stringify({ ok: failed === 0, checks }));
  if (failed > 0) throw new WaybillError("INTERNAL", `${failed} of ${checks.length} checks failed.`);
}

/** @returns what the API's clock says, once it answers */
async function checkApi(
  { apiUrl, signal }: CommandContext,
  report: (check: Check) => void,
): Promise<Check | undefined> {
  using client = createWaybillClient({ url: apiUrl }); // as nobody: who we are is looked at later
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
      remedy: "Log in with `npx waybill login`, or give a valid WAYBILL_TOKEN.",
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

/** Have the API try what the store proves, with a few bytes of which nothing is left. */
async function probe({ client, signal }: CommandContext, { integrity }: StoreHealthOutput): Promise<Check[]> {
  try {
    const { proves, counts, lifecycle } = await client.call(
      (api) => api.probeStore.mutate(undefined, { signal }),
      signal,
    );
    const retention = describeRetention(lifecycle);
    const checks = [describeIntegrity(integrity, proves), describeCounting(counts)];
    return retention === undefined ? checks : [...checks, retention];
  } catch (error) {
    return [{ name: "integrity", ok: false, detail: messageOf(error), remedy: "See the API's log." }];
  }
}

function describeCounting(counts: boolean): Check {
  const name = "limits";
  if (counts) return { name, ok: true, detail: "the store counts what everybody has" };
  return {
    name,
    ok: false,
    detail: "the store writes whatever If-Match says, so that many requests at once pass the limits",
    remedy: "Use a store that knows conditional writes, or expect limits to be passed: see docs/limits.md.",
  };
}
