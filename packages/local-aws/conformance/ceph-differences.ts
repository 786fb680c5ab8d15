import type { KnownDifferences } from "./known-differences.ts";

/** Where Ceph RGW 20.2 does not answer as Amazon documents. */
export const CEPH_DIFFERENCES: KnownDifferences = {};
