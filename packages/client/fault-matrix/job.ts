import { RouteChoice } from "@waybill/core";
import * as z from "zod/mini";
import { ClientName } from "./clients.ts";

/** What a client is asked to do. A page gets its file through an input instead of by its path. */
export const Job = z.object({
  client: ClientName,
  /** Ours alone has a choice. */
  route: RouteChoice,
  task: z.enum(["upload", "download"]),
  /** Where page, API and the servers of the peers answer. */
  origin: z.string(),
  store: z.object({ endpoint: z.string(), region: z.string(), bucket: z.string() }),
  filePath: z.string(),
  partSizeBytes: z.int(),
  /** To be downloaded. */
  key: z.string(),
  downloadPath: z.string(),
  /** `renewed`: the client is given a function that gets a token whenever it is called. */
  userToken: z.enum(["fixed", "renewed"]),
  /** Where a client in a process notes what can be gone on with; in a page the browser's own place. */
  journalPath: z.string(),
});
export type Job = z.infer<typeof Job>;

/** What a client says of itself in the end. Nobody believes it before the store was looked at. */
export const ClientReport = z.union([
  z.object({ ok: z.literal(true), sha256: z.optional(z.string()) }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);
export type ClientReport = z.infer<typeof ClientReport>;
