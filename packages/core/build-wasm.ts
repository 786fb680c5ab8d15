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
  const name = file.slice(0, -ENTRY.length);
  const binary = await compile(`assembly/${file}`);
  const text = `export const base64 =\n  "${Buffer.from(binary).toString("base64")}";\n`;
  await writeFile(`${root}dist/${name}.wasm.js`, text);
  console.log(`${name}: ${binary.length} bytes`);
}

async function compile(entry: string): Promise<Uint8Array> {
  const outFile = "module.wasm"; // never written: the bytes come to `writeFile`
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      entry,
      ...["--baseDir", root],
      ...["--outFile", outFile],
      ...["--optimizeLevel", "3", "--shrinkLevel", "0", "--converge", "--noAssert"],
      ...["--runtime", "stub", "--enable", "simd"],
    ],
    {
      writeFile(path, contents) {
        if (path === outFile && typeof contents !== "string") binary = contents;
      },
    },
  );
  if (error !== null || binary === undefined)
    throw new Error(`${entry} does not compile.\n${stderr.toString()}`);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(Uint8Array.from(binary)));
  if (imports.length > 0) throw new Error(`${entry} needs ${imports.map(({ name }) => name).join(", ")}.`);
  return binary;
}
