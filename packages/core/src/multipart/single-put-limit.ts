import { MiB } from "../s3-limits.ts";

/** One request is quicker than create, parts and complete while the object is this small. */
export const SINGLE_PUT_LIMIT_BYTES = 16 * MiB;
