import * as z from "zod/mini";
import type { StageOptions } from "./add-stage.ts";
import { DeployedKeys } from "./deployed-keys.ts";

const StageName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,15}$/, "is not of up to 16 of a-z, 0-9 and -"));
const Environment = z.object({ CDK_DEFAULT_ACCOUNT: z.string(), CDK_DEFAULT_REGION: z.string() });

/**
 * What the deploy script tells the synthesis.
 *
 * @param contextOf - the value of `-c name=value`
 * @param variables - the CDK's command says here which account and Region the credentials are for
 * @throws with a sentence about what is missing
 */
export function parseContext(
  contextOf: (name: string) => unknown,
  variables: Record<string, string | undefined>,
): StageOptions {
  const keys = contextOf("keys");
  if (typeof keys !== "string")
    throw new Error("Deploy with `npx turbo deploy`: it makes the keys that this needs to know of.");
  const environment = Environment.safeParse(variables);
  if (!environment.success)
    throw new Error("Which account and Region is it? There are no AWS credentials here.");
  return {
    stage: StageName.parse(contextOf("stage")),
    env: { account: environment.data.CDK_DEFAULT_ACCOUNT, region: environment.data.CDK_DEFAULT_REGION },
    keys: DeployedKeys.parse(JSON.parse(keys)),
  };
}
