/**
 * Everything that can go wrong, once: whether trying again can help, the HTTP status the API
 * answers with, and a sentence for people that is used where no better one is known.
 */
export const WAYBILL_ERRORS = {
  // The caller's own doing
  INVALID_INPUT: { retryable: false, status: 400, sentence: "The request is not valid." },
  INVALID_SIZE: { retryable: false, status: 400, sentence: "The size is outside what can be stored." },
  ROUTE_UNAVAILABLE: { retryable: false, status: 400, sentence: "This route is not offered here." },
  TOO_LARGE: { retryable: false, status: 413, sentence: "This is larger than what is allowed." },
  TYPE_NOT_ACCEPTED: { retryable: false, status: 415, sentence: "This type is not taken." },
  EXPIRY_TOO_SHORT: {
    retryable: false,
    status: 400,
    sentence: "The grant would expire before it could be used.",
  },
  // Who may do what
  UNAUTHENTICATED: { retryable: false, status: 401, sentence: "Please log in first." },
  IDENTITY_UNREACHABLE: {
    retryable: true,
    status: 503,
    sentence: "The identity provider cannot be reached.",
  },
  FORBIDDEN: { retryable: false, status: 403, sentence: "You are not allowed to do this." },
  TOKEN_INVALID: { retryable: false, status: 403, sentence: "This upload token is not valid." },
  TOKEN_EXPIRED: { retryable: false, status: 403, sentence: "This upload token has expired." },
  // What is and is not there
  COLLECTION_NOT_FOUND: { retryable: false, status: 404, sentence: "There is no such collection." },
  OBJECT_NOT_FOUND: { retryable: false, status: 404, sentence: "There is no such object." },
  UPLOAD_NOT_FOUND: {
    retryable: false,
    status: 404,
    sentence: "There is no such upload: it was completed, aborted, or never begun.",
  },
  OBJECT_EXISTS: { retryable: false, status: 409, sentence: "An object with this key exists already." },
  OBJECT_CHANGED: { retryable: false, status: 409, sentence: "The object was replaced meanwhile." },
  // What was sent is not what was announced
  UPLOAD_INCOMPLETE: { retryable: false, status: 409, sentence: "Not all parts have arrived." },
  CHECKSUM_MISMATCH: {
    retryable: false,
    status: 409,
    sentence: "The stored bytes are not the bytes that were sent.",
  },
  CHECKSUM_UNPROVEN: {
    retryable: false,
    status: 409,
    sentence: "The store reports no checksum, so that nothing proves what it holds.",
  },
  // The store
  STORAGE_BUSY: { retryable: true, status: 503, sentence: "The store is busy." },
  STORAGE_UNREACHABLE: { retryable: true, status: 503, sentence: "The store cannot be reached." },
  STORAGE_DENIED: { retryable: false, status: 502, sentence: "The store refused the request." },
  GRANT_EXPIRED: { retryable: false, status: 403, sentence: "The signed request has expired." },
  // The API, and the way to it
  API_UNREACHABLE: { retryable: true, status: 503, sentence: "The API cannot be reached." },
  API_UNKNOWN: { retryable: false, status: 502, sentence: "What answers there is not Waybill's API." },
  STALLED: { retryable: true, status: 504, sentence: "No bytes moved for too long." },
  INTERNAL: { retryable: true, status: 500, sentence: "Something went wrong inside Waybill." },
  // The caller's machine
  LOCAL_FILE: { retryable: false, status: 400, sentence: "The local file cannot be used." },
  SOURCE_CHANGED: {
    retryable: false,
    status: 409,
    sentence: "The file changed while it was being sent.",
  },
  ABORTED: { retryable: false, status: 499, sentence: "Cancelled." },
} as const satisfies Record<string, { retryable: boolean; status: number; sentence: string }>;

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
    super(message ?? WAYBILL_ERRORS[code].sentence, "cause" in options ? { cause: options.cause } : {});
    this.name = "WaybillError";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }

  /** Whether the same request, sent again, may succeed. */
  get retryable(): boolean {
    return WAYBILL_ERRORS[this.code].retryable;
  }

  /** The HTTP status that the API answers with. */
  get status(): number {
    return WAYBILL_ERRORS[this.code].status;
  }
}

export function isWaybillErrorCode(value: unknown): value is WaybillErrorCode {
  return typeof value === "string" && Object.hasOwn(WAYBILL_ERRORS, value);
}
