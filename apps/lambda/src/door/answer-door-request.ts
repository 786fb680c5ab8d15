import { buffer } from "node:stream/consumers";
import { ROUTES } from "@waybill/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { passOn, refusal, type DoorAnswer, type DoorDeps } from "./pass-on.ts";
import { readDoorEvent } from "./read-door-event.ts";

/** Shorter than the 30 s of API Gateway, so that its caller hears of it from us. */
const TIMEOUT_MS = 25_000;

/**
 * Answer a request for an object whose bytes travel through this function.
 *
 * @param deps - undefined: this deployment has no such door
 */
export async function answerDoorRequest(
  deps: DoorDeps | undefined,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyStructuredResultV2> {
  const request = readDoorEvent(event);
  if (deps === undefined || request === undefined)
    return toResult(refusal(404, "NoSuchKey", "There is nothing here."));
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { maxBodyBytes: maxBytes } = ROUTES.lambda.download;
  return toResult(await passOn(deps, request, { maxBytes, signal }));
}

async function toResult({ status, headers, body }: DoorAnswer): Promise<APIGatewayProxyStructuredResultV2> {
  const read = typeof body === "string" ? Buffer.from(body) : await buffer(body).catch(() => undefined);
  if (read === undefined)
    return toResult(refusal(503, "ServiceUnavailable", "The store broke off in the middle of its answer."));
  return { statusCode: status, headers, body: read.toString("base64"), isBase64Encoded: true };
}
