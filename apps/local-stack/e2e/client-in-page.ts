import { fileURLToPath } from "node:url";
import type * as Client from "@waybill/client/browser";
import type { Page } from "playwright";
import { build } from "vite";

declare global {
  /** What {@link serveClient} brings into a page. */
  var waybill: typeof Client;
}

const ENTRY = fileURLToPath(new URL("client-in-page.entry.ts", import.meta.url));

/** Bundle the client as an application would, so that tests can use it in a page: its workers too. */
export async function bundleClient(): Promise<Map<string, string>> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    base: "/client/",
    build: {
      write: false,
      target: "chrome123",
      modulePreload: { polyfill: false },
      rolldownOptions: { input: ENTRY, output: { entryFileNames: "entry.js" } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  return new Map(
    outputs.flatMap((result) =>
      "output" in result
        ? result.output.map((file): [string, string] => [
            `/client/${file.fileName}`,
            file.type === "chunk" ? file.code : Buffer.from(file.source).toString(),
          ])
        : [],
    ),
  );
}

/** Bring the client into a page of ours, under that page's own policy. */
export async function serveClient(page: Page, files: ReadonlyMap<string, string>): Promise<void> {
  await page.route("**/client/**", (route) => {
    const body = files.get(new URL(route.request().url()).pathname);
    return body === undefined
      ? route.fulfill({ status: 404 })
      : route.fulfill({ body, contentType: "text/javascript" });
  });
  await page.addScriptTag({ type: "module", url: "/client/entry.js" });
  await page.waitForFunction(() => "waybill" in globalThis);
}
