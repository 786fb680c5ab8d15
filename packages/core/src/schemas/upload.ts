import * as z from "zod/mini";
import { FolderPlace, KeyId } from "../keys/folder-place.ts";
import { UserMetadata } from "../keys/user-metadata.ts";
import { MAX_LIST_PAGE, MAX_PART_BYTES, MAX_PART_COUNT, MIN_PART_BYTES } from "../s3-limits.ts";
import { LifecycleDays } from "./lifecycle.ts";
import {
  Checksum,
  Integrity,
  Json,
  ObjectKey,
  PageLimit,
  PartChecksum,
  SizeBytes,
  StoredObject,
} from "./object.ts";
import { RequestTemplate } from "./request.ts";
import { AvoidedRoutes, Route, RouteChoice } from "./route.ts";

export const PartNumber = z.int().check(z.minimum(1), z.maximum(MAX_PART_COUNT));

/** An upload can be resumed this long after it began; the worker sweeps what is older. */
export const UPLOAD_LIFETIME_SECONDS = 7 * 24 * 3600;

/** Opaque to its holder: principal, key, uploadId, plan, route and limits, signed by the server. */
export const UploadToken = z.string().check(z.minLength(1), z.maxLength(8192));

const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+( *; *[\w!#$&^.+-]+=("[\x20-\x7e]*"|[\w!#$&^.+-]+))*$/;

/** What an object's key is made of, besides who uploads it. */
const uploadName = {
  collection: z._default(z.string().check(z.minLength(1), z.maxLength(64)), "files"),
  fileName: z.string().check(z.minLength(1), z.maxLength(255)),
  /**
   * From `createKeyId`: the client's own name for this upload, by which it finds again what it began when the
   * answer was lost. Made by the server when left out. Harmless, as that of a folder is.
   */
  id: z.optional(KeyId),
  /** For a file of a folder that is uploaded as one: its key keeps its place there. */
  folder: z.optional(FolderPlace),
  metadata: z._default(UserMetadata, {}),
};

const wish = { route: z._default(RouteChoice, "auto"), avoid: AvoidedRoutes };

export const CreateUploadInput = z.object({
  ...uploadName,
  contentType: z._default(
    z.string().check(z.maxLength(255), z.regex(CONTENT_TYPE, "is not a media type such as image/png")),
    "application/octet-stream",
  ),
  sizeBytes: SizeBytes,
  ...wish,
  /** The part size that `partChecksums` were computed for; the server's own plan when left out. */
  partSizeBytes: z.optional(z.int().check(z.minimum(MIN_PART_BYTES), z.maximum(MAX_PART_BYTES))),
  /**
   * Of the first parts, in order: these are signed in the same round trip, unless the store takes others, as the
   * answer says.
   */
  partChecksums: z._default(z.array(PartChecksum).check(z.maxLength(MAX_PART_COUNT)), []),
});
export type CreateUploadInput = z.input<typeof CreateUploadInput>;

export const UploadPlanSchema = z.object({
  kind: z.enum(["single", "multipart"]),
  sizeBytes: SizeBytes,
  partSizeBytes: SizeBytes,
  partCount: PartNumber,
});

/** How a signature is written into a URL: 32 bytes in hexadecimal, as SigV4 has it; or the 64 of our own doors. */
export const SignatureForm = z.enum(["hex", "base64url"]);
export type SignatureForm = z.infer<typeof SignatureForm>;

/** Signatures for the parts that were asked for, in the same order, and what to put them into. */
export const SignedParts = z.object({
  template: RequestTemplate,
  /** Packed: see `unpackSignature`. */
  signatures: z.string(),
  signatureForm: SignatureForm,
  expiresAt: z.iso.datetime(),
});
export type SignedParts = z.infer<typeof SignedParts>;

/** The object is removed so many days after its upload began; absent: never. */
const kept = { retentionDays: z.optional(LifecycleDays) };

/** The waybill of one upload. */
export const CreateUploadOutput = z.object({
  token: UploadToken,
  key: ObjectKey,
  route: Route,
  /** Why it is that one, in a sentence for people. */
  routeReason: z.string(),
  plan: UploadPlanSchema,
  /** Absent for a single PUT. */
  uploadId: z.optional(z.string()),
  /** Which checksum the store takes of each part. */
  integrity: Integrity,
  ...kept,
  parts: SignedParts,
  /** False where a single PUT is all: when the store's answer to it holds the right checksum, nothing is left to do. */
  mustComplete: z.boolean(),
});
export type CreateUploadOutput = z.infer<typeof CreateUploadOutput>;

/** Another way for what is under way, since the present one fails: it goes on where it is. */
export const RerouteUploadInput = z.object({ token: UploadToken, avoid: AvoidedRoutes });
export const RerouteUploadOutput = z.object({ token: UploadToken, route: Route, routeReason: z.string() });

/** What was begun, or stored, under a name. */
export const FindUploadInput = z.object(uploadName);
export const FindUploadOutput = z.object({
  key: ObjectKey,
  /** Of the uploads that are open, the newest first. */
  uploadIds: z.array(z.string()),
  object: z.nullable(StoredObject),
  /** Whether an upload may replace that object. */
  replaceable: z.boolean(),
});

export const SignPartsInput = z.object({
  token: UploadToken,
  parts: z
    .array(z.object({ partNumber: PartNumber, checksum: PartChecksum }))
    .check(z.minLength(1), z.maxLength(MAX_PART_COUNT)),
});

export const UploadedPart = z.object({
  partNumber: PartNumber,
  sizeBytes: SizeBytes,
  eTag: z.string().check(z.minLength(1)), // opaque: send back exactly what S3 sent, quotes included
  checksum: z.nullable(PartChecksum), // null: the store gives none
});
export type UploadedPart = z.infer<typeof UploadedPart>;

/** An upload that somebody began and wants to go on with: after a crash, on another machine, or with a token that is no good any more. */
export const ResumeUploadInput = z.object({
  key: ObjectKey,
  uploadId: z.string().check(z.minLength(1)),
  sizeBytes: SizeBytes,
  /** As it was begun with: what the plan is computed from. */
  partSizeBytes: z.int().check(z.minimum(MIN_PART_BYTES), z.maximum(MAX_PART_BYTES)),
  ...wish,
});
export const ResumeUploadOutput = z.discriminatedUnion("state", [
  z.object({
    state: z.literal("open"),
    token: UploadToken,
    route: Route,
    plan: UploadPlanSchema,
    integrity: Integrity,
    ...kept,
    /** What the store holds, as the store says it. */
    parts: z.array(UploadedPart),
  }),
  z.object({ state: z.literal("completed"), object: StoredObject }),
  z.object({ state: z.literal("gone") }),
]);
export type ResumeUploadOutput = z.infer<typeof ResumeUploadOutput>;

/**
 * What is needed to go on with an upload: where it is, and what it is of. It holds no secret and no
 * list of parts; what the store has is asked of the store.
 */
export const SavedUpload = z.object({
  version: z.literal(1),
  key: ObjectKey,
  uploadId: z.string(),
  plan: UploadPlanSchema,
  /** When the source was last changed, in milliseconds since 1970; 0 where nobody can tell. */
  modifiedAtMs: z.number(),
});
export type SavedUpload = z.infer<typeof SavedUpload>;

export const CompleteUploadInput = z.object({
  token: UploadToken,
  /** Of every part, in order. */
  partChecksums: z.array(PartChecksum).check(z.minLength(1), z.maxLength(MAX_PART_COUNT)),
  /** Of the whole object. */
  checksum: Checksum,
});

export const CompleteUploadOutput = z.extend(StoredObject, {
  /** What the collection's `afterUpload` answered. */
  after: z.optional(Json),
});

/** Somebody else may have begun an upload under a key that we would not take. It can be seen and aborted all the same. */
const AnyKey = z.string().check(z.minLength(1));

export const AbortUploadInput = z.union([
  z.object({ token: UploadToken }),
  z.object({ key: AnyKey, uploadId: z.string().check(z.minLength(1)) }),
]);
export const AbortUploadOutput = z.object({ aborted: z.literal(true) });

export const OpenUpload = z.object({
  key: AnyKey,
  fileName: z.string(),
  uploadId: z.string(),
  initiatedAt: z.iso.datetime(),
});
export type OpenUpload = z.infer<typeof OpenUpload>;

export const ListUploadsInput = z.object({
  /** `everyone` needs the scope `uploads:sweep`. */
  owner: z._default(z.enum(["me", "everyone"]), "me"),
  limit: z._default(PageLimit, MAX_LIST_PAGE),
  cursor: z.optional(z.string()),
});
export const ListUploadsOutput = z.object({ uploads: z.array(OpenUpload), cursor: z.optional(z.string()) });
