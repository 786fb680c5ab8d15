import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown, type InputOptions, type OutputChunk } from "rolldown";
import { functionBundle } from "../function-bundle.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * Bundled as what is deployed is, save for what is said; `bytes` is what is loaded before the first event comes.
 *
 * @param otherwise - than the function's own configuration
 */
export async function buildBundle(
  entry: string,
  { dir, ...otherwise }: InputOptions & { dir: string },
): Promise<{ file: string; bytes: number }> {
  const { output: options, ...inputs } = functionBundle(entry, dir);
  await using bundle = await rolldown({ ...inputs, cwd: root, input: { handler: entry }, ...otherwise });
  const { output } = await bundle.write(options);
  const chunks = new Map(output.flatMap((it) => (it.type === "chunk" ? [[it.fileName, it]] : [])));
  const loaded = new Set<OutputChunk>();
  const load = (name: string): void => {
    const chunk = chunks.get(name);
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    chunk.imports.forEach(load);
  };
  load("handler.cjs");
  const bytes = [...loaded].reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
  return { file: join(dir, "handler.cjs"), bytes };
}
