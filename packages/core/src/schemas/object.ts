import * as z from "zod/mini";
import { UserMetadata } from "../keys/user-metadata.ts";
import { MAX_KEY_BYTES, MAX_LIST_PAGE, MAX_OBJECT_BYTES, MAX_PRESIGN_SECONDS } from "../s3-limits.ts";
import { SignedRequest } from "./request.ts";
import { AvoidedRoutes, RouteChoice, SignedRoute } from "./route.ts";

/** An object key. `.` and `..` segments are refused: URL parsers collapse them into another key. */
export const ObjectKey = z.string().check(
  z.minLength(1),
  z.refine((key) => new TextEncoder().encode(key).length <= MAX_KEY_BYTES, {
    error: `is longer than ${MAX_KEY_BYTES} bytes`,
  }),
  z.refine((key) => !key.split("/").some((segment) => segment === "." || segment === ".."), {
    error: "has a . or .. segment",
  }),
  z.refine((key) => key.isWellFormed(), { error: "is not well-formed Unicode" }),
);

export const SizeBytes = z.int().check(z.minimum(0), z.maximum(MAX_OBJECT_BYTES));

/**
 * By what a store proves which bytes it holds: CRC64NVME of each part and of the whole; or, where it knows no
 * such checksums, the MD5s that it gives as ETags.
 */
export const Integrity = z.enum(["CRC64NVME", "MD5"]);
export type Integrity = z.infer<typeof Integrity>;

/** Of one part, as S3 writes it: base64 of the 8 bytes of a CRC64NVME, or of the 16 of an MD5. */
export const PartChecksum = z
  .string()
  .check(z.regex(/^([A-Za-z0-9+/]{11}=|[A-Za-z0-9+/]{22}==)$/, "is no CRC64NVME or MD5 in base64"));

/** What proves the bytes of a whole object. */
export const Checksum = z.discriminatedUnion("algorithm", [
  z.object({
    algorithm: z.literal("CRC64NVME"),
    value: z.string().check(z.regex(/^[A-Za-z0-9+/]{11}=$/, "is no CRC64NVME in base64")),
  }),
  z.object({
    algorithm: z.literal("MD5"),
    /** Of all bytes, in base64; or with `-N` behind it, of the MD5s of N parts, as S3 makes ETags. */
    value: z.string().check(z.regex(/^[A-Za-z0-9+/]{22}==(-[1-9]\d{0,4})?$/, "is no MD5 in base64")),
    /** With `-N`: the size of every part but the last, which may be smaller. Absent where the store does not tell. */
    partSizeBytes: z.optional(SizeBytes),
  }),
]);
export type Checksum = z.infer<typeof Checksum>;

export const StoredObject = z.object({
  key: ObjectKey,
  fileName: z.string(),
  contentType: z.string(),
  metadata: UserMetadata,
  sizeBytes: SizeBytes,
  eTag: z.string(), // opaque, quotes included
  checksum: z.nullable(Checksum), // null: stored by somebody who gave none, in a store that computes none
  lastModified: z.iso.datetime(),
});
export type StoredObject = z.infer<typeof StoredObject>;

export const ListedObject = z.object({
  /** Also one that is no {@link ObjectKey}: others may have stored it, and it must not hide the rest. */
  key: z.string(),
  fileName: z.string(),
  sizeBytes: SizeBytes,
  eTag: z.string(),
  lastModified: z.iso.datetime(),
});
export type ListedObject = z.infer<typeof ListedObject>;

/** Anything that JSON can hold. */
export const Json = z.json();
export type Json = z.infer<typeof Json>;

export const PageLimit = z.int().check(z.minimum(1), z.maximum(MAX_LIST_PAGE));

export const ListObjectsInput = z.object({
  prefix: z._default(z.string(), ""),
  limit: z._default(PageLimit, MAX_LIST_PAGE),
  cursor: z.optional(z.string()),
});
export const ListObjectsOutput = z.object({ objects: z.array(ListedObject), cursor: z.optional(z.string()) });

export const HeadObjectInput = z.object({ key: ObjectKey });

/** All of them are there and removed, or none is touched. */
export const RemoveObjectsInput = z.object({
  keys: z.array(ObjectKey).check(z.minLength(1), z.maxLength(100)),
});
export const RemoveObjectsOutput = z.object({ removed: z.array(ObjectKey) });

export const CreateDownloadInput = z.object({
  key: ObjectKey,
  /** The name the browser saves it under; the uploaded name when left out. */
  fileName: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
  /** Seconds; the policy's own when left out. */
  expiresIn: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_PRESIGN_SECONDS))),
  disposition: z._default(z.enum(["attachment", "inline"]), "attachment"),
  /** `auto` is the first that the collection offers for downloads, and that can be taken to this object. */
  route: z._default(RouteChoice, "auto"),
  avoid: AvoidedRoutes,
});
/** The waybill of one download. On the route `credentials` the client signs its requests itself. */
export const CreateDownloadOutput = z.discriminatedUnion("route", [
  z.object({
    route: SignedRoute,
    routeReason: z.string(),
    object: StoredObject,
    request: SignedRequest,
    expiresAt: z.iso.datetime(),
    /** The most that one answer brings here, where that is not what the table of routes says. */
    maxBytes: z.optional(z.int().check(z.positive())),
  }),
  z.object({ route: z.literal("credentials"), routeReason: z.string(), object: StoredObject }),
]);
export type CreateDownloadOutput = z.infer<typeof CreateDownloadOutput>;
