import { CEPH_DIFFERENCES } from "./ceph-differences.ts";

/** Titles of tests, with the reason why each one fails there. */
export type KnownDifferences = Readonly<Record<string, string>>;

const LISTS: Readonly<Record<string, KnownDifferences>> = { ceph: CEPH_DIFFERENCES, none: {} };

/** @throws when `S3_KNOWN_DIFFERENCES` names no list */
export function findKnownDifferences(env: NodeJS.ProcessEnv): KnownDifferences {
  const name = env["S3_KNOWN_DIFFERENCES"] ?? "none";
  const list = LISTS[name];
  if (list === undefined) {
    throw new Error(`S3_KNOWN_DIFFERENCES is ${name}; it can be ${Object.keys(LISTS).join(" or ")}`);
  }
  return list;
}
