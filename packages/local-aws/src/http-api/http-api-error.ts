/** An answer that the gateway gives by itself, with `{"message": …}` as its body. */
export class HttpApiError extends Error {
  readonly status: number;
  /** What the log may add; never part of the answer. */
  readonly logNote: string;

  constructor(status: keyof typeof MESSAGES, logNote: string, cause?: unknown) {
    super(MESSAGES[status], { cause });
    this.name = "HttpApiError";
    this.status = status;
    this.logNote = logNote;
  }
}

const MESSAGES = {
  400: "Bad Request",
  401: "Unauthorized",
  413: "Request Entity Too Large",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;
