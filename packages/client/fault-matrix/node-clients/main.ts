import { Job, type ClientReport } from "../job.ts";
import { shortError } from "../short-error.ts";
import { runAwsSdk } from "./aws-sdk.ts";
import { runWaybill } from "./waybill.ts";

/** A client in a process of its own: it is sent its job and sends back what it says of itself. */
process.once("message", (message) => {
  run(Job.parse(message))
    .catch((error: unknown): ClientReport => ({ ok: false, error: shortError(error) }))
    .then((report) => process.send?.(report))
    .catch(() => process.exit(1));
});
process.once("disconnect", () => process.exit(1)); // whoever started it is gone
process.send?.("ready");

async function run(job: Job): Promise<ClientReport> {
  await (job.client === "aws-sdk" ? runAwsSdk(job) : runWaybill(job));
  return { ok: true };
}
