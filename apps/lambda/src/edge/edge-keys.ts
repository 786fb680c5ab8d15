import * as z from "zod/mini";

/** `edge-keys.json`, beside the bundle: who may have granted what comes through. No secret is among it. */
export const EdgeKeys = z
  .array(
    z.object({
      keyId: z.string(),
      /** ECDSA P-256, DER, in base64. */
      spki: z.base64(),
    }),
  )
  .check(z.minLength(1));
export type EdgeKeys = z.infer<typeof EdgeKeys>;
