import * as z from "zod/mini";

/** What the SDK throws when a service of AWS has answered with an error: known by its shape, so that no client is loaded. */
const ServiceRefusal = z.object({
  name: z.string(),
  $fault: z.enum(["client", "server"]),
  $metadata: z.object({ httpStatusCode: z.optional(z.number()) }),
});

/** The error's name, and the HTTP status of the answer; undefined where there was none. */
export function serviceRefusal(error: unknown): { name: string; status: number | undefined } | undefined {
  const { success, data } = ServiceRefusal.safeParse(error);
  return success ? { name: data.name, status: data.$metadata.httpStatusCode } : undefined;
}
