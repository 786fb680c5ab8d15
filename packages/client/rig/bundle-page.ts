import { build } from "vite";

/** The files of a page, by the path of their URL. */
export type PageFiles = ReadonlyMap<string, { contentType: string; body: string | Uint8Array }>;

const SCRIPT = "page.js";
/** Where the page's script is. */
export const SCRIPT_PATH = `/${SCRIPT}`;

/**
 * A page's script with all that it loads later, as an application's bundler makes it: chunks and workers
 * are files of their own.
 *
 * @param entry - path of its first module
 */
export async function bundlePage(entry: string): Promise<PageFiles> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "chrome123",
      modulePreload: { polyfill: false },
      rolldownOptions: { input: entry, output: { entryFileNames: SCRIPT } },
    },
  });
  const outputs = [built].flat().flatMap((result) => ("output" in result ? result.output : []));
  return new Map(
    outputs.map((file) => [
      `/${file.fileName}`,
      { contentType: "text/javascript", body: file.type === "chunk" ? file.code : file.source },
    ]),
  );
}
