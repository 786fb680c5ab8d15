/** An answer that the gateway gives by itself, with `{"message": …}` as its body. */
export class HttpApiError extends Error {
  readonly status: number;
  /** What the log may add; never part of the answer. */
  readonly logNote: string;
  /** What `www-authenticate` says. */
  readonly challenge: string | undefined;

  constructor(
    status: keyof typeof MESSAGES,
    logNote: string,
    { cause, challenge }: { cause?: unknown; challenge?: string } = {},
  ) {
    super(MESSAGES[status], { cause });
    this.name = "HttpApiError";
    this.status = status;
    this.logNote = logNote;
    this.challenge = challenge;
  }
}

const MESSAGES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  413: "Request Entity Too Large",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;
