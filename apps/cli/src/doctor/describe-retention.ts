import type { LifecycleRule, ProbeStoreOutput } from "@waybill/core";
import { formatDays } from "../format.ts";
import type { Check } from "./check.ts";

/** Whether the bucket removes what is not to stay; undefined where all of it is. */
export function describeRetention(lifecycle: ProbeStoreOutput["lifecycle"]): Check | undefined {
  const name = "retention";
  if (!lifecycle.known) {
    const remedy =
      "Allow the API s3:GetLifecycleConfiguration and s3:GetBucketVersioning. Where the store has no such rules, collections cannot have a retention: see docs/collections.md.";
    return { name, ok: false, detail: lifecycle.message.replace(/\.$/, ""), remedy };
  }
  const { wanted, missing, hasty } = lifecycle;
  if (wanted.length === 0) return undefined;
  if (hasty.length > 0) {
    const found = hasty.map((rule) => `${JSON.stringify(rule.id)} removes ${describeAction(rule)}`);
    const detail = `of the bucket's lifecycle rules ${found.join("; ")}: too early for what is kept there`;
    const remedy = "Take these rules away, or give the collections a retention of as many days.";
    return { name, ok: false, detail, remedy };
  }
  if (missing.length > 0) {
    const detail = `no lifecycle rule of the bucket removes ${missing.map(describeAction).join("; ")}`;
    const remedy = "Deploy again, or give the bucket these rules: see docs/deploy.md.";
    return { name, ok: false, detail, remedy };
  }
  const kept = wanted.flatMap(({ prefix, expirationDays: days }) =>
    days === undefined ? [] : [`${prefix} for ${formatDays(days)}`],
  );
  return { name, ok: true, detail: `the bucket keeps what is below ${kept.join(", ")}, and then removes it` };
}

function describeAction({ prefix: beginning, ...rule }: LifecycleRule): string {
  const prefix = beginning === "" ? "every prefix" : beginning;
  const { expirationDays, noncurrentDays, daysAfterInitiation } = rule;
  if (expirationDays !== undefined) return `objects below ${prefix} after ${formatDays(expirationDays)}`;
  if (noncurrentDays !== undefined) return `old versions below ${prefix} after ${formatDays(noncurrentDays)}`;
  if (daysAfterInitiation !== undefined)
    return `open uploads below ${prefix} after ${formatDays(daysAfterInitiation)}`;
  return `delete markers below ${prefix} behind which nothing is left`;
}
