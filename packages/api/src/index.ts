export { appRouter, type AppRouter } from "./app-router.ts";
export type { ApiContext, ApiDeps } from "./context.ts";
export { SWEEP_SCOPE, type Principal } from "./principal.ts";
export { createUploadTokens, type TokenKey } from "./upload-token.ts";
