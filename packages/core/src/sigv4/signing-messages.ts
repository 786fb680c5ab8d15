import { absorb, finalBlocks, type Midstate } from "./sha256/midstate.ts";
import { SHA256_BYTES } from "./sha256/sizes.ts";
import type { SigningContext } from "./signing-context.ts";

/** What must be hashed for a signature behind the canonical request: the same for all requests of one signer. */
export interface HmacMessages {
  /** HMAC's inner hash: the end of the string to sign, in which the request's digest stands in hexadecimal. */
  stringToSign: { from: Midstate; blocks: Uint8Array; digestAt: number };
  /** HMAC's outer hash */
  outer: Midstate;
}

/** With zeros in the digest's place. */
export function hmacMessages({ key, stringToSignHead }: SigningContext): HmacMessages {
  const { midstate, rest } = absorb(key.inner, new TextEncoder().encode(stringToSignHead));
  const end = new Uint8Array(rest.length + 2 * SHA256_BYTES);
  end.set(rest);
  return {
    stringToSign: {
      from: midstate,
      blocks: finalBlocks(end, midstate.byteCount + end.length),
      digestAt: rest.length,
    },
    outer: key.outer,
  };
}
