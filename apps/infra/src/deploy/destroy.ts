import { keepKeys } from "./keep-keys.ts";
import { DeployError } from "../deploy-error.ts";
import type { Target } from "./deploy.ts";
import { runCdk } from "./run-cdk.ts";

/** Remove a stage. Files and users stay where its settings say so; keys stay in any case, and cost nothing. */
export async function destroy({ stage, store }: Target): Promise<void> {
  const keys = await keepKeys(store, stage);
  try {
    await runCdk(["destroy", "--all", "--force"], { stage, keys });
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    throw new DeployError(
      `${error.message} If it is the function at CloudFront's edges: its copies go within a few hours. Run it again then.`,
    );
  }
}
