import { readFile } from "node:fs/promises";
import { Deployment } from "@waybill/core";
import { UsageError } from "../usage-error.ts";

/** @throws {UsageError} with a sentence about what is wrong with the file */
export async function readDeployment(file: string): Promise<Deployment> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) throw new UsageError(`${file} cannot be read: npx turbo deploy writes it.`);
  const deployment = Deployment.safeParse(parseJson(text));
  if (deployment.success) return deployment.data;
  const names = deployment.error.issues.map(({ path }) => path.join("."));
  throw new UsageError(`${file} is not what npx turbo deploy writes: ${names.join(", ") || "no JSON"}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
