import { toHex } from "../sigv4/hex.ts";

/**
 * What sets one upload's key, or one folder's keys, apart from all others: a time-ordered UUID (version 7).
 *
 * Made here, since a library that makes all kinds of them is a thirteenth of what a page has to load.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.7
 */
export function createKeyId(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, "0");
  const random = toHex(crypto.getRandomValues(new Uint8Array(10)));
  const variant = (8 | (Number.parseInt(random.charAt(3), 16) & 3)).toString(16); // the bits 10, and two of chance
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${random.slice(0, 3)}`,
    variant + random.slice(4, 7),
    random.slice(7, 19),
  ].join("-");
}
