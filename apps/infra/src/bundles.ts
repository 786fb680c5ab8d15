import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Code } from "aws-cdk-lib/aws-lambda";

/** What is deployed is what turbo has built, and what the tests have run. Nothing is bundled here. */
export const BUNDLES = {
  api: folderOf(import.meta.resolve("@waybill/lambda/handler")),
  edge: folderOf(import.meta.resolve("@waybill/lambda/edge")),
  worker: folderOf(import.meta.resolve("@waybill/worker/main")),
  page: join(folderOf(import.meta.resolve("@waybill/web/package.json")), "dist"),
};

/** Source maps stay here: they are four times as large as what runs, and no log shows a stack by them. */
export const NOT_DEPLOYED = ["*.map", "**/*.map"];

export function codeOf(path: string): Code {
  return Code.fromAsset(path, { exclude: NOT_DEPLOYED });
}

function folderOf(url: string): string {
  return dirname(fileURLToPath(url));
}
