/** What those who make the bucket have to know of the collections: no router, and nothing that needs tRPC. */
export { collections } from "./collections/default-collections.ts";
export { lifecycleRules } from "./collections/lifecycle-rules.ts";
