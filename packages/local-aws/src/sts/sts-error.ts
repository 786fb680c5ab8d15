/**
 * An answer of STS that is not a success. Everything below `sts/` that refuses a call throws one;
 * `handle-sts.ts` turns it into XML.
 */
export class StsError extends Error {
  readonly code: StsErrorCode;
  readonly status: number;
  /** What the log may add to the code. Never a secret or a token. */
  readonly logNote: string | undefined;

  constructor(code: StsErrorCode, options: { message?: string; logNote?: string; cause?: unknown } = {}) {
    const [status, message] = STS_ERRORS[code];
    super(options.message ?? message, { cause: options.cause });
    this.name = "StsError";
    this.code = code;
    this.status = status;
    this.logNote = options.logNote;
  }
}

export type StsErrorCode = keyof typeof STS_ERRORS;

/** What STS knows and this stand-in does not. */
export function notImplemented(what: string): StsError {
  return new StsError("NotImplemented", {
    message: `This stand-in does not implement ${what}.`,
    logNote: what,
  });
}

export function validationError(message: string): StsError {
  return new StsError("ValidationError", { message, logNote: message });
}

/**
 * Status and usual message of each code.
 *
 * Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html and
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
const STS_ERRORS = {
  AccessDenied: [403, "Access denied"],
  InternalFailure: [
    500,
    "The request processing has failed because of an unknown error, exception or failure.",
  ],
  InvalidAction: [400, "The action or operation requested is invalid."],
  MalformedInput: [400, "The request cannot be read."],
  MalformedPolicyDocument: [400, "The policy document was malformed."],
  NotImplemented: [501, "This stand-in does not implement what you asked for."],
  PackedPolicyTooLarge: [400, "The packed policy and session tags are too large."],
  RequestEntityTooLarge: [413, "The request is too large."],
  ValidationError: [400, "The input fails to satisfy the constraints specified by an AWS service."],
} as const satisfies Record<string, readonly [status: number, message: string]>;
