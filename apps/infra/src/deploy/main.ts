// npx turbo deploy, destroy and rotate-keys
import { SSMClient } from "@aws-sdk/client-ssm";
import { settingsOfStage } from "../stages.ts";
import { DeployError } from "../deploy-error.ts";
import { findAccount } from "./account.ts";
import { deploy, rotateKeys, type Target } from "./deploy.ts";
import { destroy } from "./destroy.ts";
import { createParameterStore } from "./parameter-store.ts";

const COMMANDS: Record<string, (target: Target) => Promise<void>> = {
  deploy: (target) => deploy(target),
  destroy,
  "rotate-keys": rotateKeys,
  "drop-old-keys": (target) => deploy(target, "drop"),
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof DeployError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function main([name = "", ...args]: string[]): Promise<void> {
  const command = COMMANDS[name];
  if (command === undefined) throw new DeployError(`Name one of ${Object.keys(COMMANDS).join(", ")}.`);
  const stage = stageOf(args) ?? (name === "destroy" ? undefined : "dev");
  if (stage === undefined)
    throw new DeployError("Say which stage is to go: npx turbo destroy -- -c stage=dev");
  settingsOfStage(stage);
  const { account, region } = await findAccount();
  console.log(`${name}: stage ${stage} in account ${account}, ${region}`);
  await command({ stage, account, region, store: createParameterStore(new SSMClient({ region })) });
}

/** Of `-c stage=dev`, as the CDK writes it. @throws {DeployError} for anything else */
function stageOf(args: string[]): string | undefined {
  const [option, value, ...others] = args;
  if (option === undefined) return undefined;
  const stage = /^stage=(.+)$/.exec(value ?? "")?.[1];
  if (option !== "-c" || stage === undefined || others.length > 0) {
    throw new DeployError(`${args.join(" ")} is not understood: only -c stage=NAME is.`);
  }
  return stage;
}
