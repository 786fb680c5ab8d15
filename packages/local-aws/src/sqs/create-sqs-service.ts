import type { IncomingMessage } from "node:http";
import { authenticateService } from "../identity/authenticate-service.ts";
import type { Identities } from "../identity/create-identities.ts";
import { createPolicyCache } from "../identity/policy-cache.ts";
import type { RequestHandler } from "../loopback-server.ts";
import { readUpTo } from "../read-up-to.ts";
import { toHeaderMap } from "../s3/request-headers.ts";
import { parseRequestTarget } from "../s3/request-target.ts";
import { sendBytes } from "../send-bytes.ts";
import { authorizeSqs } from "./authorize-sqs.ts";
import { createSqsHandler, type SqsAnswer, type SqsCall } from "./handle-sqs.ts";
import type { MessageQueues } from "./message-queues.ts";
import { type ServiceRefusal, toRefusalAnswer, toServiceRefusal, TOO_LARGE } from "./service-refusal.ts";

export interface SqsService {
  queues: MessageQueues;
  identities: Identities;
  region: string;
  clock: () => Date;
  endpoint: () => string;
  log: (line: string) => void;
}

/** The 1 MiB that a message or a batch may hold, each byte of it as an escape of six, with room for the rest. */
const MAX_BODY_BYTES = 8 * 1024 ** 2;

/** SQS over HTTP: believes a call, asks whether its caller may do that, and runs it. */
export function createSqsService(service: SqsService): RequestHandler {
  const handle = createSqsHandler(service);
  const check = createCheck(service);
  return async (message, response, sendContinue) => {
    let wasContinued = false;
    const goOn = (): void => {
      wasContinued = true;
      sendContinue();
    };
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const answer = await answerCall({ message, goOn, gone: gone.signal, check, handle }).catch(
      (error: unknown) => {
        const refusal = toServiceRefusal(error);
        service.log(toLogLine(message, refusal));
        return toRefusalAnswer(refusal);
      },
    );
    const bytes = Buffer.from(answer.body);
    await sendBytes({ message, response, wasContinued }, { ...answer, bytes }).catch(() =>
      response.destroy(),
    );
  };
}

async function answerCall(options: {
  message: IncomingMessage;
  goOn: () => void;
  gone: AbortSignal;
  check: (message: IncomingMessage, call: SqsCall) => void;
  handle: (call: SqsCall) => Promise<SqsAnswer>;
}): Promise<SqsAnswer> {
  const { message, goOn, gone } = options;
  const body = await readUpTo(MAX_BODY_BYTES, { message, sendContinue: goOn });
  if (!Buffer.isBuffer(body)) return toRefusalAnswer(TOO_LARGE); // or nobody is left to hear of it
  const call = { target: String(message.headers["x-amz-target"]), body, signal: gone };
  options.check(message, call);
  return options.handle(call);
}

/** @returns what throws when a call is not to be believed, or its caller may not do that */
function createCheck(service: SqsService): (message: IncomingMessage, call: SqsCall) => void {
  const readPolicy = createPolicyCache();
  return (message, { target, body }) => {
    const headers = toHeaderMap(message.rawHeaders);
    const signed = { method: message.method ?? "", ...parseRequestTarget(message.url ?? ""), headers };
    const now = service.clock();
    const caller = authenticateService(signed, { ...service, body, service: "sqs", now });
    const sourceIp = message.socket.remoteAddress;
    authorizeSqs({ ...service, caller, target, body, headers, sourceIp, now, readPolicy });
  };
}

function toLogLine(message: IncomingMessage, { status, code, logNote }: ServiceRefusal): string {
  const line = `${status} ${code} ${String(message.headers["x-amz-target"])}${logNote && `: ${logNote}`}`;
  return line.replaceAll(/\p{Cc}+/gu, " ").slice(0, MAX_LOG_CHARACTERS);
}

const MAX_LOG_CHARACTERS = 500;
