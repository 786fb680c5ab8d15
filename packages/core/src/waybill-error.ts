/**
 * Everything that can go wrong, once: the HTTP status the API answers with, a sentence for people that is used where
 * no better one is known, and whether trying again can help. (In a row, since pages load it all.)
 */
export const WAYBILL_ERRORS = {
  // The caller's own doing
  INVALID_INPUT: [400, "The request is not valid."],
  INVALID_SIZE: [400, "The size is outside what can be stored."],
  ROUTE_UNAVAILABLE: [400, "This route is not offered here."],
  TOO_LARGE: [413, "This is larger than what is allowed."],
  TYPE_NOT_ACCEPTED: [415, "This type is not taken."],
  EXPIRY_TOO_SHORT: [400, "The grant would expire before it could be used."],
  // Who may do what
  UNAUTHENTICATED: [401, "Please log in first."],
  IDENTITY_UNREACHABLE: [503, "The identity provider cannot be reached.", "retryable"],
  FORBIDDEN: [403, "You are not allowed to do this."],
  TOKEN_INVALID: [403, "This upload token is not valid."],
  TOKEN_EXPIRED: [403, "This upload token has expired."],
  // How much of it
  TOO_MANY_REQUESTS: [429, "Please wait.", "retryable"],
  LIMIT_EXCEEDED: [429, "This is more than is allowed."],
  // What is and is not there
  COLLECTION_NOT_FOUND: [404, "There is no such collection."],
  OBJECT_NOT_FOUND: [404, "There is no such object."],
  UPLOAD_NOT_FOUND: [404, "There is no such upload: it was completed, aborted, or never begun."],
  OBJECT_EXISTS: [409, "An object with this key exists already."],
  OBJECT_CHANGED: [409, "The object was replaced meanwhile."],
  // What was sent is not what was announced
  UPLOAD_INCOMPLETE: [409, "Not all parts have arrived."],
  CHECKSUM_MISMATCH: [409, "The stored bytes are not the bytes that were sent."],
  CHECKSUM_UNPROVEN: [409, "The store reports no checksum, so that nothing proves what it holds."],
  // The store
  STORAGE_BUSY: [503, "The store is busy.", "retryable"],
  STORAGE_UNREACHABLE: [503, "The store cannot be reached.", "retryable"],
  STORAGE_DENIED: [502, "The store refused the request."],
  GRANT_EXPIRED: [403, "The signed request has expired."],
  // The API, and the way to it
  API_UNREACHABLE: [503, "The API cannot be reached.", "retryable"],
  API_UNKNOWN: [502, "What answers there is not Waybill's API."],
  STALLED: [504, "No bytes moved for too long.", "retryable"],
  INTERNAL: [500, "Something went wrong inside Waybill.", "retryable"],
  // The caller's machine
  LOCAL_FILE: [400, "The local file cannot be used."],
  SOURCE_CHANGED: [409, "The file changed while it was being sent."],
  ABORTED: [499, "Cancelled."],
} as const satisfies Record<string, readonly [status: number, sentence: string, again?: "retryable"]>;

export type WaybillErrorCode = keyof typeof WAYBILL_ERRORS;

/**
 * The one error class. Callers branch on `code`, people read `message`, `cause` keeps the original.
 * A message never holds a secret, a signature or a presigned URL.
 */
export class WaybillError extends Error {
  readonly code: WaybillErrorCode;
  /** How long whoever refused asks to be left alone; 0 when it did not say. */
  readonly retryAfterMs: number;

  constructor(
    code: WaybillErrorCode,
    message?: string,
    options: { cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(message ?? WAYBILL_ERRORS[code][1], options); // of these it takes the cause, if there is one
    this.name = "WaybillError";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }

  /** Whether the same request, sent again, may succeed. */
  get retryable(): boolean {
    return WAYBILL_ERRORS[this.code].length === 3;
  }

  /** The HTTP status that the API answers with. */
  get status(): number {
    return WAYBILL_ERRORS[this.code][0];
  }
}

export function isWaybillErrorCode(value: unknown): value is WaybillErrorCode {
  return typeof value === "string" && Object.hasOwn(WAYBILL_ERRORS, value);
}
