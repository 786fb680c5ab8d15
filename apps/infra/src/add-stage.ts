import { Tags, Validations, type App } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import type { DeployedKeys } from "./deployed-keys.ts";
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
  new WaybillStack(app, `waybill-${stage}`, { stage, settings: settingsOfStage(stage), env, keys });
}
