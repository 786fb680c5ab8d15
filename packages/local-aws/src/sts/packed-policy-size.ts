import type { SessionTag } from "../identity/caller.ts";

/**
 * How much of its space Amazon's packed form of a session policy and tags takes, in percent; over 100 the
 * call fails.
 *
 * Amazon publishes neither form nor limit. This estimate is made of sizes that it answered, and a little
 * larger than most of them, so that what fits here fits there: 736 characters of policy with three tags
 * took 82 %, 1,690 with as many 157 %.
 */
export function packedPolicySize(policy: string | undefined, tags: readonly SessionTag[]): number {
  const policyBytes = policy === undefined ? 0 : Buffer.byteLength(JSON.stringify(JSON.parse(policy)));
  const tagBytes = tags.reduce((total, { key, value }) => total + Buffer.byteLength(key + value), 0);
  return Math.ceil((100 * (policyBytes + TAG_FACTOR * tagBytes)) / CAPACITY_BYTES);
}

const CAPACITY_BYTES = 1100;
/** Tags were seen to take more room than their characters. */
const TAG_FACTOR = 2;
