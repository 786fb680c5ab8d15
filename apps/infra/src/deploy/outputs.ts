import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DEPLOYMENT_FILE, type Deployment } from "@waybill/core";
import * as z from "zod/mini";

const file = fileURLToPath(new URL(`../../../../${DEPLOYMENT_FILE}`, import.meta.url));

const StackOutputs = z.object({
  ApiUrl: z.url(),
  PageUrl: z.url(),
  FilesUrl: z.url(),
  StreamUrl: z.optional(z.url()),
  Bucket: z.string(),
  UserPool: z.string(),
  WorkerClient: z.string(),
});
export type StackOutputs = z.infer<typeof StackOutputs>;

/** What the CDK's command has written of a stack. @throws where something is missing */
export async function readStackOutputs(outputsFile: string, stackName: string): Promise<StackOutputs> {
  const all = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(outputsFile, "utf8")));
  return StackOutputs.parse(all[stackName]);
}

/** For `npx waybill doctor --deployed`. */
export async function writeDeployment(stage: string, region: string, outputs: StackOutputs): Promise<void> {
  const deployment: Deployment = {
    stage,
    region,
    apiUrl: outputs.ApiUrl,
    pageUrl: outputs.PageUrl,
    filesUrl: outputs.FilesUrl,
    ...(outputs.StreamUrl === undefined ? {} : { streamUrl: outputs.StreamUrl }),
    bucket: outputs.Bucket,
    userPool: outputs.UserPool,
  };
  await writeFile(file, `${JSON.stringify(deployment, undefined, 2)}\n`);
}
