import * as z from "zod/mini";
import { CollectionAction } from "./collection.ts";

export const IssueCredentialsInput = z.object({
  collection: z._default(z.string().check(z.minLength(1), z.maxLength(64)), "files"),
  /** What they are for; all that the principal may do when left out. */
  actions: z.optional(z.array(CollectionAction).check(z.minLength(1))),
  /** Seconds; STS gives no less than 900, and a role's session no more than 3,600. */
  expiresIn: z._default(z.int().check(z.minimum(900), z.maximum(3600)), 3600),
});

/** Temporary credentials for one prefix. They are a secret until they expire. */
export const IssuedCredentials = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
  expiresAt: z.iso.datetime(),
  /** The server's time, for a client whose clock is wrong. */
  now: z.iso.datetime(),
  region: z.string(),
  /** The S3-compatible server; null: Amazon. */
  endpoint: z.nullable(z.string()),
  /** Where the bucket answers: what is signed goes to `origin` + `pathPrefix` + `/key`. */
  address: z.object({ bucket: z.string(), origin: z.string(), pathPrefix: z.string() }),
  /** What they are good for: keys that begin with this. */
  prefix: z.string(),
  actions: z.array(CollectionAction),
  /** Without it every write has to say `If-None-Match: *`. */
  overwrite: z.boolean(),
  /** Longest life of what is signed with them, in seconds. */
  uploadExpiresIn: z.number(),
});
export type IssuedCredentials = z.infer<typeof IssuedCredentials>;
