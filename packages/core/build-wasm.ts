// Compiles every assembly/<name>.entry.ts into dist/<name>.wasm.js: a module that holds the bytes as text, so
// that Node, bundlers and browsers get them like any other code, with no file to fetch.
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const ENTRY = ".entry.ts";
const root = fileURLToPath(new URL(".", import.meta.url));

await mkdir(`${root}dist`, { recursive: true });
for (const file of await readdir(`${root}assembly`)) {
  if (!file.endsWith(ENTRY)) continue;
  const binary = await compile(`assembly/${file}`);
  const text = `export const base64 =\n  "${Buffer.from(binary).toString("base64")}";\n`;
  await writeFile(`${root}dist/${file.slice(0, -ENTRY.length)}.wasm.js`, text);
}

async function compile(entry: string): Promise<Uint8Array> {
  const outFile = "module.wasm"; // never written: the bytes come to `writeFile`
  const options =
    "--optimizeLevel 3 --shrinkLevel 0 --converge --noAssert --runtime stub --enable simd --noColors";
  let binary: Uint8Array | undefined;
  let messages = "";
  const { error } = await asc.main([entry, "--baseDir", root, "--outFile", outFile, ...options.split(" ")], {
    writeFile(path, contents) {
      if (path === outFile && typeof contents !== "string") binary = contents;
    },
    stderr: { write: (chunk) => void (messages += Buffer.from(chunk).toString()) },
  });
  if (error !== null || binary === undefined) throw new Error(`${entry} does not compile.\n${messages}`);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(binary)));
  if (imports.length > 0) throw new Error(`${entry} needs ${imports.map(({ name }) => name).join(", ")}.`);
  return binary;
}
