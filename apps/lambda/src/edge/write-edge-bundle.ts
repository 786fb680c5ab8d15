import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EdgeKeys } from "./edge-keys.ts";

/**
 * What is deployed to CloudFront's edges: the bundle, and beside it the keys that open the door.
 *
 * @param folder - made if missing
 * @returns the path of the module
 */
export function writeEdgeBundle(folder: string, keys: EdgeKeys): string {
  const module = join(folder, "handler.cjs");
  mkdirSync(folder, { recursive: true });
  copyFileSync(new URL("../../dist/edge/handler.cjs", import.meta.url), module);
  writeFileSync(join(folder, "edge-keys.json"), JSON.stringify(keys));
  return module;
}
