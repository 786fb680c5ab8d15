import { describe, expect, it, vi } from "vitest";
import { instantiateWasm } from "./instantiate-wasm.ts";

const toBase64 = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex").toString("base64");

// (module (memory (export "memory") 1) (func (export "seven") (result i32) <body>))
const moduleOf = (body: string) =>
  toBase64(
    "0061736d 01000000 010501 60 00 01 7f 03020100 0503010001 0712 02 06 6d656d6f7279 02 00 05 736576656e 00 00" +
      `0a06 01 04 00 ${body} 0b`,
  );
const MODULE = moduleOf("41 07"); // i32.const 7

describe("instantiateWasm", () => {
  it("gives the module's memory and functions", () => {
    const wasm = instantiateWasm(MODULE);
    expect(wasm?.call("seven")).toBe(7);
    expect(wasm?.memory.buffer.byteLength).toBe(65_536);
    expect(() => wasm?.call("eight")).toThrow("no function eight");
  });

  it("gives none where the host does not know the module's instructions", () => {
    expect(instantiateWasm(moduleOf("ff 07"))).toBeUndefined();
  });

  it("gives none where the host compiles no bytes, and none where it has no WebAssembly", () => {
    const compile = vi.spyOn(WebAssembly, "Module").mockImplementation(function refuse() {
      throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
    });
    try {
      expect(instantiateWasm(MODULE)).toBeUndefined();
    } finally {
      compile.mockRestore();
    }
    vi.stubGlobal("WebAssembly", undefined);
    try {
      expect(instantiateWasm(MODULE)).toBeUndefined();
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("refuses a module without memory, which build-wasm.ts never writes", () => {
    expect(() => instantiateWasm(toBase64("0061736d 01000000"))).toThrow("no memory");
  });
});
