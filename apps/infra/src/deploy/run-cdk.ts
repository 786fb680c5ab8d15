import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DeployedKeys } from "../deployed-keys.ts";
import { DeployError } from "../deploy-error.ts";

const cdk = fileURLToPath(import.meta.resolve("aws-cdk/bin/cdk"));
const app = fileURLToPath(new URL("../main.ts", import.meta.url));
const cwd = fileURLToPath(new URL("../..", import.meta.url));

export interface Deployed {
  stage: string;
  keys: DeployedKeys;
}

/** @throws {DeployError} when the CDK's command fails; it has said why */
export async function runCdk(args: readonly string[], deployed?: Deployed): Promise<void> {
  const context = deployed === undefined ? [] : contextOf(deployed);
  const child = spawn(process.execPath, [cdk, ...args, ...context, "--no-notices"], {
    cwd,
    stdio: "inherit",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new DeployError(`cdk ${args[0]} failed: see above.`);
}

function contextOf({ stage, keys }: Deployed): string[] {
  const program = `"${process.execPath}" "${app}"`;
  return ["--app", program, "-c", `stage=${stage}`, "-c", `keys=${JSON.stringify(keys)}`];
}
