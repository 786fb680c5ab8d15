import type { SignatureForm } from "../schemas/upload.ts";
import { hexByte } from "./hex.ts";

/** A signature has 32 bytes: 43 characters of base64url, without the padding. */
export const CHARACTERS = 43;
/** That of a door has 64. */
const DOOR_CHARACTERS = 86;

/**
 * One of many that are packed into one string, as it stands in a URL; undefined past the end.
 *
 * @param form - `hex`, of SigV4: 64 hexadecimal digits. `base64url`, of our own doors: as it is packed
 * @throws {TypeError} for a text that is none
 */
export function unpackSignature(
  packed: string,
  index: number,
  form: SignatureForm = "hex",
): string | undefined {
  const characters = form === "hex" ? CHARACTERS : DOOR_CHARACTERS;
  const begin = index * characters;
  const text = packed.slice(begin, begin + characters);
  if (text.length < characters) return undefined;
  if (!/^[\w-]+$/.test(text)) throw new TypeError("These are no signatures.");
  if (form === "base64url") return text;
  let digits = "";
  for (const byte of atob(text.replaceAll("-", "+").replaceAll("_", "/")))
    digits += hexByte(byte.charCodeAt(0));
  return digits;
}
