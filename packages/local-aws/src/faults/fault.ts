import { MAX_PART_COUNT } from "@waybill/core/s3-limits";
import * as z from "zod/mini";
import { OPERATION_NAMES } from "../s3/detect-operation.ts";
import { isS3ErrorCode, type S3ErrorCode } from "../s3/s3-error.ts";

const MAX_SEED = 2 ** 32 - 1;
const MAX_DELAY_MS = 24 * 3600 * 1000;

/** A name that never comes would make a fault that never strikes, and a test that proves nothing. */
const OperationName = z
  .string()
  .check(z.refine((name) => OPERATION_NAMES.includes(name), { error: "is no operation of this stand-in" }));
const ErrorCode = z.custom<S3ErrorCode>(isS3ErrorCode, { error: "is no error code of this stand-in" });
const RegularExpression = z.string().check(z.refine(isRegularExpression, { error: "cannot be read" }));
const ByteCount = z.int().check(z.minimum(0));
/** Whether the operation is carried out all the same. */
const Work = z._default(z.enum(["undone", "done"]), "undone");

/** Which requests: those that agree with everything that is given. With nothing given: all. */
export const FaultMatch = z.strictObject({
  /** In Amazon's names: `UploadPart`. Of several any. */
  operation: z.optional(z.union([OperationName, z.readonly(z.array(OperationName).check(z.minLength(1)))])),
  bucket: z.optional(z.string()),
  /** As it is, how it begins, or a regular expression to be found in it. */
  key: z.optional(
    z.union([
      z.string(),
      z.strictObject({ prefix: z.string() }),
      z.strictObject({ pattern: RegularExpression }),
    ]),
  ),
  partNumber: z.optional(z.int().check(z.minimum(1), z.maximum(MAX_PART_COUNT))),
});
export type FaultMatch = z.infer<typeof FaultMatch>;

/** Where a stall or a reset comes: at most one of them; without any, before the work. */
const bytePosition = { afterRequestBytes: z.optional(ByteCount), afterResponseBytes: z.optional(ByteCount) };
export interface BytePosition {
  afterRequestBytes?: number | undefined;
  afterResponseBytes?: number | undefined;
}
const onePosition = z.refine<BytePosition & { work?: "undone" | "done" }>(
  ({ afterRequestBytes, afterResponseBytes, work }) => {
    const isGiven = [afterRequestBytes !== undefined, afterResponseBytes !== undefined, work === "done"];
    return isGiven.filter(Boolean).length <= 1;
  },
  { error: 'afterRequestBytes, afterResponseBytes and work: "done" exclude each other' },
);

/** What happens to a request. Bytes are those of the object: of an `aws-chunked` body the decoded ones. */
export const FaultAction = z.discriminatedUnion("kind", [
  /** Wait. A client that goes away meanwhile ends it. */
  z.strictObject({
    kind: z.literal("delay"),
    delayMs: z.int().check(z.minimum(0), z.maximum(MAX_DELAY_MS)),
    work: Work,
  }),
  /** Take the request and never answer, or stop in the middle, until the fault is removed. */
  z.strictObject({ kind: z.literal("stall"), ...bytePosition, work: Work }).check(onePosition),
  /** TCP reset. */
  z.strictObject({ kind: z.literal("reset"), ...bytePosition }).check(onePosition),
  z.strictObject({
    kind: z.literal("error"),
    code: ErrorCode,
    message: z.optional(z.string()),
    /** Sent as `Retry-After`. */
    retryAfterSeconds: z.optional(z.int().check(z.minimum(0))),
    work: Work,
  }),
  /** Do the work, and reset the connection in place of a success. */
  z.strictObject({ kind: z.literal("loseAnswer") }),
  /** Status 200 and an error in the body. */
  z.strictObject({
    kind: z.literal("errorInBody"),
    code: z._default(ErrorCode, "InternalError"),
    message: z.optional(z.string()),
    work: Work,
  }),
  /** Turn over the bits of one byte: of a request before it is checked, of an answer after its checksum. */
  z.strictObject({
    kind: z.literal("corrupt"),
    body: z.enum(["request", "response"]),
    /** Taken modulo the length of the body; absent: the seed chooses. */
    offset: z.optional(ByteCount),
  }),
  /** Every session that was issued until now is expired, that of this request too. */
  z.strictObject({ kind: z.literal("expireCredentials") }),
]);
export type FaultAction = z.infer<typeof FaultAction>;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html, …_CopyObject.html */
const ERRORS_IN_BODY: readonly string[] = ["CompleteMultipartUpload", "CopyObject", "UploadPartCopy"];

/** A fault as it is asked for, in a test or through the control server. */
export const Fault = z
  .strictObject({
    match: z._default(FaultMatch, {}),
    /** How many matching requests pass first. */
    afterRequests: z._default(z.int().check(z.minimum(0)), 0),
    /** On how many requests it strikes; absent: on all until it is removed. */
    count: z.optional(z.int().check(z.minimum(1))),
    probability: z._default(z.number().check(z.gt(0), z.lte(1)), 1),
    /** Repeats a run; absent: a random one, which list and log show. */
    seed: z.optional(z.int().check(z.minimum(0), z.maximum(MAX_SEED))),
    action: FaultAction,
  })
  .check(
    z.refine(({ action, match }) => action.kind !== "errorInBody" || isWithin(match, ERRORS_IN_BODY), {
      error: `errorInBody needs a match.operation among ${ERRORS_IN_BODY.join(", ")}`,
    }),
  );
export type Fault = z.input<typeof Fault>;
export type ParsedFault = z.output<typeof Fault>;

/** A fault that is set, and what it has done so far. */
export const FaultReport = z.object({
  id: z.string(),
  /** Requests on which it took effect. */
  hits: z.int(),
  seed: z.int(),
  fault: Fault,
});
export type FaultReport = z.output<typeof FaultReport>;

export const FaultList = z.object({ faults: z.array(FaultReport) });
export type FaultList = z.output<typeof FaultList>;

export function operationsOf({ operation }: FaultMatch): readonly string[] | undefined {
  return typeof operation === "string" ? [operation] : operation;
}

function isWithin(match: FaultMatch, possible: readonly string[]): boolean {
  return operationsOf(match)?.every((name) => possible.includes(name)) ?? false;
}

function isRegularExpression(source: string): boolean {
  try {
    return new RegExp(source, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
