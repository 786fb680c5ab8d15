import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** What Node has loaded of its own once a module is there. */
function loadedWith(module: string): string {
  const script = `await import(${JSON.stringify(module)}); console.log(process.moduleLoadList.join())`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
}

it("spares every process that uses the client what fetch needs", () => {
  expect(loadedWith("node:http")).toContain("undici"); // else there is nothing to be spared
  expect(loadedWith(new URL("index.ts", import.meta.url).href)).not.toContain("undici");
});
