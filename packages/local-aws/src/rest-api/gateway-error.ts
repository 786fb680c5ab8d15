/** An answer that the gateway gives by itself. */
export class GatewayError extends Error {
  readonly type: GatewayErrorType;
  readonly status: number;
  /** What `x-amzn-ErrorType` says. */
  readonly errorType: string;
  /** What the log may add; never part of the answer. */
  readonly logNote: string;
  /** That of the authorizer that denied the request. */
  readonly context: ReadonlyMap<string, string> | undefined;

  constructor(
    type: GatewayErrorType,
    logNote: string,
    {
      cause,
      message,
      context,
    }: { cause?: unknown; message?: string; context?: ReadonlyMap<string, string> } = {},
  ) {
    const [status, errorType, usualMessage] = ERRORS[type];
    super(message ?? usualMessage, { cause });
    this.name = "GatewayError";
    this.type = type;
    this.status = status;
    this.errorType = errorType;
    this.logNote = logNote;
    this.context = context;
  }
}

export type GatewayErrorType = keyof typeof ERRORS;

/**
 * Their names, where the documentation has one.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const ERRORS = {
  ACCESS_DENIED: [403, "AccessDeniedException", "User is not authorized to access this resource"],
  API_CONFIGURATION_ERROR: [500, "InternalServerErrorException", "Internal server error"],
  AUTHORIZER_CONFIGURATION_ERROR: [500, "AuthorizerConfigurationException", "Internal server error"],
  AUTHORIZER_FAILURE: [500, "AuthorizerFailureException", "Internal server error"],
  BAD_REQUEST: [400, "BadRequestException", "Bad Request"],
  BAD_REQUEST_PARAMETERS: [400, "BadRequestException", "Bad Request"],
  INTEGRATION_FAILURE: [504, "IntegrationFailureException", "Network error communicating with endpoint"],
  INTEGRATION_TIMEOUT: [504, "InternalServerErrorException", "Endpoint request timed out"],
  MISSING_AUTHENTICATION_TOKEN: [403, "MissingAuthenticationTokenException", "Missing Authentication Token"],
  UNAUTHORIZED: [401, "UnauthorizedException", "Unauthorized"],
  // Of the next three no document has a say.
  HEADERS_TOO_LARGE: [431, "BadRequestException", "Request Header Fields Too Large"],
  REQUEST_TOO_LARGE: [413, "RequestTooLargeException", "Request Too Long"],
  UNKNOWN_STAGE: [403, "ForbiddenException", "Forbidden"],
} as const satisfies Record<string, readonly [status: number, errorType: string, message: string]>;
