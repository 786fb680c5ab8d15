import { createHash } from "node:crypto";
import * as z from "zod/mini";

/** A name for files that is one principal's alone, and tells nobody who that is. */
export function principalKey(principal: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(principal)).digest("hex").slice(0, 16);
}

const Claims = z.object({ iss: z.string(), sub: z.string() });

/** Of a token that was given to us: by whom it names, without any check, or by itself where it is opaque. */
export function principalKeyOfToken(token: string): string {
  const [, payload = ""] = token.split(".");
  const claims = Claims.safeParse(parseJson(Buffer.from(payload, "base64url").toString("utf8")));
  return principalKey(claims.success ? [claims.data.iss, claims.data.sub] : [token]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
