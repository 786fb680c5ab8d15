import type * as z from "zod/mini";

/** What is wrong with an input, for people. */
export function sentenceOf(error: z.core.$ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}
