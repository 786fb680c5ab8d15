import { ServiceAuthError, type ServiceAuthErrorCode } from "../identity/service-auth-error.ts";
import { S3Error } from "../s3/s3-error.ts";
import { SqsAccessDenied } from "./authorize-sqs.ts";
import type { SqsAnswer } from "./handle-sqs.ts";

/** Why a call did not come so far that an action of SQS could see it. */
export interface ServiceRefusal {
  status: number;
  /** Of the query protocol, and in the log. */
  code: string;
  /** Of the JSON protocol. */
  type: string;
  message: string;
  /** For the log alone. */
  logNote: string;
}

export const TOO_LARGE: ServiceRefusal = {
  status: 413,
  code: "RequestEntityTooLarge",
  type: "RequestEntityTooLargeException",
  message: "Request body is too large.",
  logNote: "",
};

export function toServiceRefusal(error: unknown): ServiceRefusal {
  if (error instanceof ServiceAuthError) {
    const { status, code, message, logNote = "" } = error;
    return { status, code, type: TYPES[code], message, logNote };
  }
  if (error instanceof SqsAccessDenied) {
    const { message, logNote } = error;
    return { status: 403, code: "AccessDenied", type: "AccessDeniedException", message, logNote };
  }
  if (error instanceof S3Error) {
    // The only thing of S3's on the way is the reader of the request line.
    const { message, code } = error;
    return { status: 400, code: "MalformedInput", type: "SerializationException", message, logNote: code };
  }
  return {
    status: 500,
    code: "InternalFailure",
    type: "InternalFailure",
    message: "The request processing has failed because of an unknown error, exception or failure.",
    logNote: error instanceof Error ? error.message : String(error),
  };
}

/** What the JSON protocol calls the errors of the query protocol. */
const TYPES = {
  ExpiredToken: "ExpiredTokenException",
  IncompleteSignature: "IncompleteSignatureException",
  InvalidClientTokenId: "UnrecognizedClientException",
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  SignatureDoesNotMatch: "InvalidSignatureException",
} as const satisfies Record<ServiceAuthErrorCode, string>;

export function toRefusalAnswer({ status, code, type, message }: ServiceRefusal): SqsAnswer {
  const fault = status < 500 ? "Sender" : "Receiver";
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-query-error": `${code};${fault}` },
    body: JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }),
  };
}
