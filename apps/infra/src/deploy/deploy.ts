import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackNameOf } from "../add-stage.ts";
import { EDGE_REGION } from "../edge-function.ts";
import { keepKeys } from "./keep-keys.ts";
import type { RotationStep } from "./key-ring.ts";
import { readStackOutputs, writeDeployment } from "./outputs.ts";
import type { ParameterStore } from "./parameter-store.ts";
import { runCdk } from "./run-cdk.ts";
import { keepWorkerSecret } from "./worker-secret.ts";

export interface Target {
  stage: string;
  account: string;
  region: string;
  store: ParameterStore;
}

/** Bring a stage to what this checkout says it is, with its keys as they are, or a step further. */
export async function deploy({ stage, account, region, store }: Target, step?: RotationStep): Promise<void> {
  const keys = await keepKeys(store, stage, step);
  const regions = new Set([region, EDGE_REGION]);
  // Nothing happens where it was done before.
  await runCdk(["bootstrap", ...[...regions].map((it) => `aws://${account}/${it}`)]);
  const folder = await mkdtemp(join(tmpdir(), "waybill-deploy-"));
  try {
    const file = join(folder, "outputs.json");
    await runCdk(["deploy", "--all", "--require-approval", "never", "--outputs-file", file], { stage, keys });
    const outputs = await readStackOutputs(file, stackNameOf(stage));
    await keepWorkerSecret(store, stage, outputs);
    await writeDeployment(stage, region, outputs);
    console.log(
      `\nThe page: ${outputs.PageUrl}\nThe API:  ${outputs.ApiUrl}\nLook at it with: npx waybill doctor --deployed`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Replace every key while everything goes on: first all that verify hear of the new ones, then these sign. What the old
 * ones have signed is good until the next rotation, or until it is told otherwise.
 */
export async function rotateKeys(target: Target): Promise<void> {
  await keepKeys(target.store, target.stage, "drop");
  await deploy(target, "add");
  await deploy(target, "use");
}
