import { readFile } from "node:fs/promises";
import * as z from "zod/mini";

const Manifest = z.object({ version: z.string() });

/** Of a package that this one depends on. */
export async function versionOf(name: string): Promise<string> {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return Manifest.parse(JSON.parse(await readFile(manifest, "utf8"))).version;
}
