import { v7 as uuidv7 } from "uuid";

/** What sets one upload's key, or one folder's keys, apart from all others: a time-ordered UUID. */
export function createKeyId(now: Date): string {
  return uuidv7({ msecs: now.getTime() });
}
