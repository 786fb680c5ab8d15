import * as z from "zod/mini";

export interface NamedSecret {
  kid: string;
  secret: Uint8Array<ArrayBuffer>;
}

/** `kid:base64[,kid:base64...]` */
export const NamedSecrets = z.pipe(
  z
    .string()
    .check(
      z.regex(/^[\w.-]+:[A-Za-z0-9+/=]+(,[\w.-]+:[A-Za-z0-9+/=]+)*$/, "is not kid:base64[,kid:base64...]"),
    ),
  z.transform((text) =>
    text.split(",").map((entry): NamedSecret => {
      const at = entry.indexOf(":");
      return { kid: entry.slice(0, at), secret: new Uint8Array(Buffer.from(entry.slice(at + 1), "base64")) };
    }),
  ),
);
