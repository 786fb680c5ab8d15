export type { Audit, AuditLine } from "./audit/audit-line.ts";
export { principalOfClaims } from "./principal-of-claims.ts";
export { appRouter, type AppRouter } from "./app-router.ts";
export type { Collection, CollectionRule, Question } from "./collections/collection.ts";
export { collections, type DefaultCollections } from "./collections/default-collections.ts";
export {
  defineCollections,
  type Collections,
  type CollectionType,
  type CollectionTypes,
} from "./collections/define-collections.ts";
export type { ApiContext, ApiDeps, Vending } from "./context.ts";
export type { Limits } from "./limits/create-limits.ts";
export type { LimitSettings } from "./limits/limit-settings.ts";
export { createStoreLimits } from "./limits/store-limits.ts";
export { retryAfterMeta } from "./retry-after.ts";
export { SWEEP_SCOPE, type Principal } from "./principal.ts";
export { sessionPolicy } from "./credentials/session-policy.ts";
export { isSharePath } from "./shares/share-path.ts";
export { createUploadTokens, type TokenKey, type UploadTokens } from "./upload-token.ts";
