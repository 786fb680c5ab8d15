/** What build-wasm.ts writes to dist: the module's bytes. Declared here, so that types need no build. */
declare module "*.wasm.js" {
  export const base64: string;
}
