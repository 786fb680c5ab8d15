/**
 * An answer of SQS that is not a success. Everything below `sqs/` that refuses a call throws one;
 * `handle-sqs.ts` turns it into JSON.
 */
export class SqsError extends Error {
  readonly code: SqsErrorCode;
  readonly status: number;
  /** The `__type` of the JSON, with its namespace. */
  readonly type: string;
  /** What the query protocol called it: clients that began with that protocol still look for it. */
  readonly queryCode: string;
  /** What the log may add to the code. Never a message body or a receipt handle. */
  readonly logNote: string | undefined;

  constructor(code: SqsErrorCode, options: { message?: string; logNote?: string; cause?: unknown } = {}) {
    const [status, type, queryCode, message] = SQS_ERRORS[code];
    super(options.message ?? message, { cause: options.cause });
    this.name = "SqsError";
    this.code = code;
    this.status = status;
    this.type = type;
    this.queryCode = queryCode;
    this.logNote = options.logNote;
  }
}

export type SqsErrorCode = keyof typeof SQS_ERRORS;

/** What SQS knows and this stand-in does not. */
export function notImplemented(what: string): SqsError {
  return new SqsError("UnsupportedOperation", {
    message: `This stand-in does not implement ${what}.`,
    logNote: what,
  });
}

/** @param parameter.value - absent in the message when the parameter was not sent */
export function invalidParameter(parameter: {
  name: string;
  value?: string | number;
  reason: string;
}): SqsError {
  const value = parameter.value === undefined ? "Value" : `Value ${parameter.value}`;
  return new SqsError("InvalidParameterValue", {
    message: `${value} for parameter ${parameter.name} is invalid. Reason: ${parameter.reason}`,
    logNote: parameter.name,
  });
}

export function missingParameter(name: string): SqsError {
  return new SqsError("MissingParameter", {
    message: `The request must contain the parameter ${name}.`,
    logNote: name,
  });
}

const SERVICE = "com.amazonaws.sqs#";
/** Of errors that Amazon's framework answers, before the service sees the call or beside its model. */
const FRAMEWORK = "com.amazon.coral.service#";
const QUERY = "AWS.SimpleQueueService.";

/**
 * Status, `__type`, code of the query protocol and usual message of each error.
 *
 * Sources: the traits `awsQueryError` and `httpError` in SQS's API model, and
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
const SQS_ERRORS = {
  BatchEntryIdsNotDistinct: [
    400,
    `${SERVICE}BatchEntryIdsNotDistinct`,
    `${QUERY}BatchEntryIdsNotDistinct`,
    "Two or more batch entries in the request have the same Id.",
  ],
  BatchRequestTooLong: [
    400,
    `${SERVICE}BatchRequestTooLong`,
    `${QUERY}BatchRequestTooLong`,
    "The length of all the messages put together is more than the limit.",
  ],
  EmptyBatchRequest: [
    400,
    `${SERVICE}EmptyBatchRequest`,
    `${QUERY}EmptyBatchRequest`,
    "The batch request doesn't contain any entries.",
  ],
  InternalFailure: [
    500,
    `${FRAMEWORK}InternalFailure`,
    "InternalFailure",
    "The request processing has failed because of an unknown error, exception or failure.",
  ],
  InvalidAddress: [404, `${SERVICE}InvalidAddress`, "InvalidAddress", "The specified ID is invalid."],
  InvalidAttributeName: [
    400,
    `${SERVICE}InvalidAttributeName`,
    "InvalidAttributeName",
    "The specified attribute doesn't exist.",
  ],
  InvalidAttributeValue: [
    400,
    `${SERVICE}InvalidAttributeValue`,
    "InvalidAttributeValue",
    "A queue attribute value is invalid.",
  ],
  InvalidBatchEntryId: [
    400,
    `${SERVICE}InvalidBatchEntryId`,
    `${QUERY}InvalidBatchEntryId`,
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
  ],
  InvalidMessageContents: [
    400,
    `${SERVICE}InvalidMessageContents`,
    "InvalidMessageContents",
    "The message contains characters outside the allowed set: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
  ],
  InvalidParameterValue: [
    400,
    `${FRAMEWORK}InvalidParameterValueException`,
    "InvalidParameterValue",
    "One or more parameters are invalid.",
  ],
  MessageNotInflight: [
    400,
    `${SERVICE}MessageNotInflight`,
    `${QUERY}MessageNotInflight`,
    "The specified message isn't in flight.",
  ],
  MissingParameter: [
    400,
    `${FRAMEWORK}MissingRequiredParameterException`,
    "MissingParameter",
    "The request must contain a parameter that is missing.",
  ],
  OverLimit: [
    403,
    `${SERVICE}OverLimit`,
    "OverLimit",
    "The maximum number of in flight messages of this queue is reached.",
  ],
  PurgeQueueInProgress: [
    403,
    `${SERVICE}PurgeQueueInProgress`,
    `${QUERY}PurgeQueueInProgress`,
    "Only one PurgeQueue operation is allowed every 60 seconds.",
  ],
  QueueDeletedRecently: [
    400,
    `${SERVICE}QueueDeletedRecently`,
    `${QUERY}QueueDeletedRecently`,
    "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
  ],
  QueueDoesNotExist: [
    400,
    `${SERVICE}QueueDoesNotExist`,
    `${QUERY}NonExistentQueue`,
    "The specified queue does not exist.",
  ],
  QueueNameExists: [
    400,
    `${SERVICE}QueueNameExists`,
    "QueueAlreadyExists",
    "A queue already exists with the same name and a different value for an attribute",
  ],
  ReceiptHandleIsInvalid: [
    404,
    `${SERVICE}ReceiptHandleIsInvalid`,
    "ReceiptHandleIsInvalid",
    "The specified receipt handle isn't valid.",
  ],
  SerializationException: [
    400,
    `${FRAMEWORK}SerializationException`,
    "MalformedInput",
    "The request is not a JSON object of the expected form.",
  ],
  TooManyEntriesInBatchRequest: [
    400,
    `${SERVICE}TooManyEntriesInBatchRequest`,
    `${QUERY}TooManyEntriesInBatchRequest`,
    "The batch request contains more entries than permissible.",
  ],
  UnknownOperation: [
    400,
    `${FRAMEWORK}UnknownOperationException`,
    "InvalidAction",
    "The action or operation requested is not valid.",
  ],
  UnsupportedOperation: [
    400,
    `${SERVICE}UnsupportedOperation`,
    `${QUERY}UnsupportedOperation`,
    "Unsupported operation.",
  ],
} as const satisfies Record<
  string,
  readonly [status: number, type: string, queryCode: string, message: string]
>;
