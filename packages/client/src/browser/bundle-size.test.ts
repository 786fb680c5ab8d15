import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { describe, expect, it } from "vitest";

/** What a page loads at once when it imports this: everything but @trpc/client and what is loaded when needed. */
async function bundle(code: string): Promise<{ gzipBytes: number; modules: string[] }> {
  const entry = "\0entry.ts";
  const build = await rolldown({
    input: entry,
    platform: "browser",
    external: [/^@trpc\//],
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? code : null),
      },
    ],
  });
  const { output } = await build.generate({ format: "esm", minify: true, chunkFileNames: "[name].js" });
  const chunks = new Map(
    output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])),
  );
  const names = new Set(
    [...chunks.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName),
  );
  for (const name of names) for (const next of chunks.get(name)?.imports ?? []) names.add(next);
  const loaded = [...names].flatMap((name) => chunks.get(name) ?? []);
  return {
    gzipBytes: gzipSync(loaded.map((chunk) => chunk.code).join("\n"), { level: 9 }).length,
    modules: loaded.flatMap((chunk) =>
      Object.entries(chunk.modules).flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [id] : [])),
    ),
  };
}

const path = (file: string) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)));

describe("what a page has to load", () => {
  it.each([
    ["the client", `export { createWaybillClient } from ${path("index.ts")}`, 12 * 1024],
    ["the client and its journal", `export * from ${path("index.ts")}`, 13 * 1024],
    ["uploadSmall", `export * from ${path("upload-small.ts")}`, 3 * 1024],
  ])("for %s is small, and holds nothing of the server's", async (_, code, limitBytes) => {
    const { gzipBytes, modules } = await bundle(code);
    expect(gzipBytes).toBeLessThan(limitBytes);
    expect(
      modules.filter((id) => /zod|uuid|noble|spark|presign|sign-request|\/s3\/|cloudfront/.test(id)),
    ).toEqual([]);
  });
});
