import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

/** Where `npx waybill doctor` finds what was deployed: in the root of the repository. */
const OUTPUTS_FILE = fileURLToPath(new URL("../../../../waybill-outputs.json", import.meta.url));

const StackOutputs = z.object({
  ApiUrl: z.url(),
  PageUrl: z.url(),
  FilesUrl: z.url(),
  Bucket: z.string(),
  UserPool: z.string(),
  WorkerClient: z.string(),
});
export type StackOutputs = z.infer<typeof StackOutputs>;

/** What the CDK's command has written of a stack. @throws where something is missing */
export async function readStackOutputs(file: string, stackName: string): Promise<StackOutputs> {
  const all = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(file, "utf8")));
  return StackOutputs.parse(all[stackName]);
}

export async function writeOutputs(stage: string, region: string, outputs: StackOutputs): Promise<void> {
  const {
    ApiUrl: apiUrl,
    PageUrl: pageUrl,
    FilesUrl: filesUrl,
    Bucket: bucket,
    UserPool: userPool,
  } = outputs;
  const text = JSON.stringify({ stage, region, apiUrl, pageUrl, filesUrl, bucket, userPool }, undefined, 2);
  await writeFile(OUTPUTS_FILE, `${text}\n`);
}
