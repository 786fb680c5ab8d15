/**
 * Why a request to STS or SQS is not believed. Both say the same in their own forms.
 *
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
export class ServiceAuthError extends Error {
  readonly code: ServiceAuthErrorCode;
  readonly status: number;
  /** What the log may add. Never a signature, a secret or a token. */
  readonly logNote: string | undefined;

  constructor(code: ServiceAuthErrorCode, options: { message?: string; logNote?: string } = {}) {
    const [status, message] = SERVICE_AUTH_ERRORS[code];
    super(options.message ?? message);
    this.name = "ServiceAuthError";
    this.code = code;
    this.status = status;
    this.logNote = options.logNote;
  }
}

export type ServiceAuthErrorCode = keyof typeof SERVICE_AUTH_ERRORS;

const SERVICE_AUTH_ERRORS = {
  ExpiredToken: [403, "The security token included in the request is expired"],
  IncompleteSignature: [400, "The request signature does not conform to AWS standards."],
  InvalidClientTokenId: [403, "The security token included in the request is invalid."],
  MissingAuthenticationToken: [403, "Request is missing Authentication Token"],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  ],
} as const satisfies Record<string, readonly [status: number, message: string]>;
