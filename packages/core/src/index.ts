export * from "./s3-limits.ts";
