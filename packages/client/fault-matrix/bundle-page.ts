import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/** The clients that run in pages, in one script. */
export async function bundlePage(): Promise<string> {
  await using bundle = await rolldown({
    input: fileURLToPath(new URL("page/main.ts", import.meta.url)),
    platform: "browser",
    transform: { define: { "process.env.NODE_ENV": JSON.stringify("production") } },
    logLevel: "silent",
  });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  return output[0].code;
}
