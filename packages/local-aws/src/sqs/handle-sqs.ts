import { randomUUID } from "node:crypto";
import { findAction } from "./find-action.ts";
import type { MessageQueues } from "./message-queues.ts";
import { SqsError } from "./sqs-error.ts";

/** A call whose signature was believed. */
export interface SqsCall {
  /** The header `x-amz-target`. */
  target: string;
  body: Buffer;
  /** Aborted when the client goes away: ends a long poll, before it takes a message for nobody. */
  signal?: AbortSignal;
}

export interface SqsAnswer {
  status: number;
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/**
 * Answers the AWS JSON protocol 1.0 of SQS: `POST /` with `x-amz-target: AmazonSQS.<Action>`. Never rejects.
 *
 * @param options.endpoint - where URLs of queues begin, without a slash at the end; asked at each call
 * @param options.log - one line per refused call; never a message, a receipt handle or a signature
 */
export function createSqsHandler(options: {
  queues: MessageQueues;
  endpoint: () => string;
  log: (line: string) => void;
}): (call: SqsCall) => Promise<SqsAnswer> {
  const { queues, endpoint, log } = options;
  return async ({ target, body, signal }) => {
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": randomUUID() };
    try {
      const output = await findAction(target).run(body, { queues, endpoint: endpoint(), signal });
      return { status: 200, headers, body: JSON.stringify(output) };
    } catch (error) {
      const refusal = error instanceof SqsError ? error : new SqsError("InternalFailure", { cause: error });
      log(toLogLine(target, refusal));
      const { status, type, queryCode, message } = refusal;
      return {
        status,
        // Clients that knew the query protocol find its code and whose fault it was here.
        headers: { ...headers, "x-amzn-query-error": `${queryCode};${status < 500 ? "Sender" : "Receiver"}` },
        body: JSON.stringify({ __type: type, message }),
      };
    }
  };
}

function toLogLine(target: string, { code, status, logNote, cause }: SqsError): string {
  const note = logNote ?? (code === "InternalFailure" && cause instanceof Error ? cause.message : "");
  const line = `${status} ${code} ${target}${note && `: ${note}`}`;
  return line.replaceAll(/\p{Cc}+/gu, " ").slice(0, MAX_LOG_CHARACTERS);
}

const MAX_LOG_CHARACTERS = 300;
