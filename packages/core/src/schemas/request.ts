import * as z from "zod/mini";

const Headers = z.record(z.string(), z.string());

/** One HTTP request that the holder may send: exactly this method, URL and these headers. */
export const SignedRequest = z.object({
  method: z.enum(["GET", "HEAD", "PUT", "POST", "DELETE"]),
  url: z.string(),
  headers: Headers,
});
export type SignedRequest = z.infer<typeof SignedRequest>;

/** One form upload (`multipart/form-data`): these fields in any order, then the field `file`, and nothing behind it. */
export const SignedForm = z.object({
  method: z.literal("POST"),
  url: z.string(),
  fields: Headers,
});
export type SignedForm = z.infer<typeof SignedForm>;

/**
 * The requests of all parts of one upload, once. What differs from part to part stands as
 * `{partNumber}`, `{sizeBytes}` and `{signature}` in the URL, where braces cannot stand otherwise; the part's
 * checksum goes into the header `checksumHeader`.
 */
export const RequestTemplate = z.object({
  method: z.literal("PUT"),
  url: z.string(),
  headers: Headers,
  checksumHeader: z.string(),
});
export type RequestTemplate = z.infer<typeof RequestTemplate>;
