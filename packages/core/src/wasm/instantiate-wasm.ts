/** An instance of a module that build-wasm.ts compiled. */
export interface WasmInstance {
  memory: WebAssembly.Memory;
  /** Calls one of the module's exported functions: numbers in, a number out (0 for none). */
  call: (name: string, ...numbers: readonly number[]) => number;
}

/**
 * A new instance. Synchronous: the modules have a few kilobytes, so that compiling takes about a
 * millisecond.
 *
 * @param base64 - the module's bytes
 * @returns undefined where plain TypeScript must do: a host without WebAssembly or its SIMD
 *   instructions, and one that compiles no bytes (a page whose Content-Security-Policy lacks
 *   `wasm-unsafe-eval`, Cloudflare Workers)
 */
export function instantiateWasm(base64: string): WasmInstance | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  if (!WebAssembly.validate(bytes)) return undefined;
  const module = compile(bytes);
  if (module === undefined) return undefined;
  const { exports } = new WebAssembly.Instance(module);
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError("This module exports no memory.");
  return {
    memory,
    call(name, ...numbers) {
      const run = exports[name];
      if (typeof run !== "function") throw new TypeError(`This module exports no function ${name}.`);
      return Number(run(...numbers) ?? 0);
    },
  };
}

function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return undefined; // the bytes are valid, so it is the host that refuses; each has its own error for that
  }
}
