import { parse } from "node:path";
import type { InputOptions, OutputOptions } from "rolldown";

/** How a function of ours is bundled. What it loads at once is in one file, the rest in a folder beside that. */
export function functionBundle(entry: string, dir: string): InputOptions & { output: OutputOptions } {
  const { name } = parse(entry);
  return {
    input: { [name]: entry },
    platform: "node",
    // Of the SDK as ES modules only what is used comes along: half of it, which loads in half the time.
    resolve: { mainFields: ["module", "main"] },
    preserveEntrySignatures: "allow-extension",
    output: {
      dir,
      // CommonJS: the Lambda runtime loads it some milliseconds faster than ES modules.
      format: "cjs",
      entryFileNames: "[name].cjs",
      chunkFileNames: `${name}/[name].cjs`,
      codeSplitting: {
        groups: [
          { name: "initial", tags: ["$initial"] },
          // What several of the rest need, in one file: twenty small ones take longer to open than to read.
          { name: "shared", test: /packages\/(core|api)\//, minShareCount: 3 },
        ],
      },
      minify: true,
      sourcemap: true,
    },
  };
}
