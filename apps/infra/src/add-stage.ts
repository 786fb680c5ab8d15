import { Tags, Validations, type App } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import type { DeployedKeys } from "./deployed-keys.ts";
import { createEdgeWatch } from "./edge-watch.ts";
import { settingsOfStage } from "./stages.ts";
import { WaybillStack } from "./waybill-stack.ts";

export interface StageOptions {
  stage: string;
  env: { account: string; region: string };
  keys: DeployedKeys;
}

/** Add the stacks of a stage. Synthesis then fails on every finding of cdk-nag that is not acknowledged where it arises. */
export function addStage(app: App, { stage, env, keys }: StageOptions): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  Tags.of(app).add("waybill:stage", stage);
  const settings = settingsOfStage(stage);
  const name = stackNameOf(stage);
  const { distributions } = new WaybillStack(app, name, {
    stage,
    settings,
    env,
    keys,
    crossRegionReferences: true,
  });
  const { account } = env;
  createEdgeWatch(app, `${name}-watch`, { stage, email: settings.alarmEmail, account, ...distributions });
}

export function stackNameOf(stage: string): string {
  return `waybill-${stage}`;
}
