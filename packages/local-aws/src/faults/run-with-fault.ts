import type { S3Request, S3Response } from "../s3/operation.ts";
import type { RequestIds } from "../s3/request-ids.ts";
import { S3Error } from "../s3/s3-error.ts";
import { errorXml } from "../s3/xml/error-xml.ts";
import type { Strike } from "./active-fault.ts";
import { flipByteAt, interruptAfter } from "./byte-faults.ts";
import {
  ConnectionGone,
  cutConnection,
  type Exchange,
  holdUp,
  lingerForDelivery,
} from "./connection-faults.ts";
import type { BytePosition, FaultAction } from "./fault.ts";
import { bodyBytes, withFaultyRequestBody, withFaultyResponseBody } from "./faulty-bodies.ts";

/** An operation that is about to run. */
export interface FaultyCall {
  operation: string;
  request: S3Request;
  /** Whether it was signed with temporary credentials. */
  hasSession: boolean;
  exchange: Exchange & { ids: RequestIds };
  run: (request: S3Request) => Promise<S3Response>;
}

interface Options extends FaultyCall {
  strike: Strike;
  /** The server is about to close. */
  closing: AbortSignal;
  expireCredentials: () => void;
}

/** @throws {S3Error} of the operation, or the fault's own */
export async function runWithFault(options: Options): Promise<S3Response> {
  try {
    return await perform(options.strike.action, options);
  } catch (error) {
    // There is nobody left to answer.
    if (error instanceof ConnectionGone) return { status: 500 };
    throw error;
  }
}

async function perform(action: FaultAction, options: Options): Promise<S3Response> {
  const { strike, request, exchange, run } = options;
  const cut = async (): Promise<never> => {
    if (exchange.response.headersSent) await lingerForDelivery();
    strike.hit();
    return cutConnection(exchange);
  };
  const hold = async (ms?: number): Promise<undefined> => {
    strike.hit();
    await holdUp(exchange, { ms, until: strike.removed, closing: options.closing });
  };
  switch (action.kind) {
    case "delay":
      return inOrder(action.work, options, () => hold(action.delayMs));
    case "stall":
      return atBytes(action, options, () => hold()) ?? inOrder(action.work, options, () => hold());
    case "reset":
      return atBytes(action, options, cut) ?? cut();
    case "error":
      return inOrder(action.work, options, async () => {
        strike.hit();
        throw toError(action);
      });
    case "loseAnswer":
      return inOrder("done", options, cut);
    case "errorInBody":
      return inOrder(action.work, options, async () => {
        strike.hit();
        const xml = errorXml(toError(action), { ...exchange.ids, resource: request.rawPath });
        return { status: 200, body: xml };
      });
    case "corrupt":
      return corrupt(action, options);
    case "expireCredentials":
      strike.hit();
      options.expireCredentials();
      if (options.hasSession) throw new S3Error("ExpiredToken", { logNote: "a fault" });
      return run(request);
  }
}

/**
 * The fault first and then the work, or the other way round. What the fault answers goes out in place of
 * the work's answer. Where the work is refused first, nothing is left to strike.
 */
async function inOrder(
  work: "undone" | "done",
  { request, run }: FaultyCall,
  act: () => Promise<S3Response | undefined>,
): Promise<S3Response> {
  if (work === "undone") return (await act()) ?? run(request);
  const answer = await run(request);
  try {
    const other = await act();
    if (other === undefined) return answer;
    await answer.release?.();
    return other;
  } catch (error) {
    await answer.release?.();
    throw error;
  }
}

function atBytes(
  { afterRequestBytes, afterResponseBytes }: BytePosition,
  { request, run }: FaultyCall,
  act: () => Promise<void>,
): Promise<S3Response> | undefined {
  if (afterRequestBytes !== undefined) {
    const fault = interruptAfter({ bytes: afterRequestBytes, act });
    return withFaultyRequestBody(request, { fault, run });
  }
  if (afterResponseBytes === undefined) return undefined;
  const fault = interruptAfter({ bytes: afterResponseBytes, act });
  return run(request).then((answer) => withFaultyResponseBody(answer, fault));
}

async function corrupt(
  { body, offset }: Extract<FaultAction, { kind: "corrupt" }>,
  { request, run, strike }: Options,
): Promise<S3Response> {
  const flip = (sizeBytes: number) =>
    flipByteAt({
      offset: (offset ?? Math.floor(strike.position * sizeBytes)) % sizeBytes,
      onFlip: () => strike.hit(),
    });
  if (body === "request") {
    return withFaultyRequestBody(request, { fault: flip(request.body.declaredBytes ?? 0), run });
  }
  const answer = await run(request);
  return withFaultyResponseBody(answer, flip(bodyBytes(answer)));
}

function toError(action: Extract<FaultAction, { kind: "error" | "errorInBody" }>): S3Error {
  const retryAfter = "retryAfterSeconds" in action ? action.retryAfterSeconds : undefined;
  return new S3Error(action.code, {
    logNote: "a fault",
    ...(action.message === undefined ? {} : { message: action.message }),
    ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }),
  });
}
