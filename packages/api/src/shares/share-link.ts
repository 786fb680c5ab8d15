import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { OWN_RECORDS_PREFIX } from "@waybill/core";
import { base64url } from "jose";
import type { Principal } from "../principal.ts";
import { SHARE_PATH } from "./share-path.ts";

export const SHARES_PREFIX = `${OWN_RECORDS_PREFIX}shares/`;

const SHARER_BYTES = 12;
const SECRET_BYTES = 18; // 144 bits
const ID_BYTES = 16;

/** Of whole groups of three bytes, so that each link has one spelling. */
const LINK = /^([A-Za-z0-9_-]{16})([A-Za-z0-9_-]{24})$/;

/**
 * A new link: whose it is, as a hash, and a secret. The store learns the secret's hash only, by which the share
 * is called: so one GET finds it, and who can list or read the bucket opens nothing.
 *
 * @returns `id` names the share to its sharer, `path` is the link
 */
export function createShareLink(sharer: Principal): { id: string; key: string; path: string } {
  const { secret, id } = createSecret();
  const whose = base64url.encode(hashOfSharer(sharer));
  return { id, key: shareKey(sharer, id), path: `${SHARE_PATH}${whose}${secret}` };
}

/** One that survives a mail, where a - at the end of a link is lost, and a command line, where one at the beginning is an option. */
function createSecret(): { secret: string; id: string } {
  for (;;) {
    const secret = base64url.encode(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
    const id = idOf(secret);
    if (/[A-Za-z0-9]$/.test(secret) && /^[A-Za-z0-9]/.test(id)) return { secret, id };
  }
}

/** Where the share of a link is kept; undefined for what is no link. */
export function shareKeyOfLink(link: string): string | undefined {
  const [, whose, secret] = LINK.exec(link) ?? [];
  return whose === undefined || secret === undefined
    ? undefined
    : `${SHARES_PREFIX}${whose}/${idOf(secret)}.json`;
}

export function shareKey(sharer: Principal, id: string): string {
  return `${sharesOf(sharer)}${id}.json`;
}

/** The prefix of all that somebody shares. */
export function sharesOf(sharer: Principal): string {
  return `${SHARES_PREFIX}${base64url.encode(hashOfSharer(sharer))}/`;
}

/** As `shareKey` made it. */
export function idOfShareKey(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1).replace(/\.json$/, "");
}

function hashOfSharer({ id }: Principal): Uint8Array {
  return sha256(utf8ToBytes(id)).slice(0, SHARER_BYTES);
}

function idOf(secret: string): string {
  return base64url.encode(sha256(base64url.decode(secret)).slice(0, ID_BYTES));
}
