import { setTimeout as sleep } from "node:timers/promises";
import type { CloudFrontRequest, CloudFrontRequestEvent } from "aws-lambda";
import { CloudFrontError } from "../cloudfront-error.ts";
import { EDGE_LIMITS } from "../limits.ts";
import type { EdgeFunction } from "./edge-function.ts";
import { type EdgeResult, parseEdgeResult } from "./edge-result.ts";

/**
 * Run a function for a request.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 *
 * @throws {CloudFrontError} 502 for a result that CloudFront does not take, 503 when the function fails or takes too long
 */
export async function runEdgeFunction(
  { eventType, invoke }: EdgeFunction,
  options: {
    config: { distributionDomainName: string; distributionId: string; requestId: string };
    request: CloudFrontRequest;
    timeoutMs?: number | undefined;
  },
): Promise<EdgeResult & { kind: "request" | "response" }> {
  const { request, timeoutMs = EDGE_LIMITS[eventType].timeoutMs } = options;
  const event: CloudFrontRequestEvent = {
    Records: [{ cf: { config: { ...options.config, eventType }, request } }],
  };
  // What a function does to its event stays with it: at the edge it is another process.
  const returned = await finish(invoke(structuredClone(event)), { eventType, timeoutMs });
  const result = parseEdgeResult(overTheWire(returned), { eventType, request });
  if (result.kind !== "invalid") return result;
  throw new CloudFrontError(502, {
    message:
      "The Lambda function returned an invalid entry in its result, a header that is read-only, blacklisted or malformed, or a body that is too large.",
    resultType: "LambdaValidationError",
    logNote: `${eventType}: ${result.because}`,
  });
}

async function finish(
  run: Promise<unknown>,
  { eventType, timeoutMs }: { eventType: string; timeoutMs: number },
): Promise<unknown> {
  const timer = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw failed("LambdaLimitExceeded", `${eventType}: took longer than ${timeoutMs} ms`);
  });
  late.catch(() => {}); // the timer is stopped when the function was quicker
  try {
    return await Promise.race([run, late]);
  } catch (error) {
    if (error instanceof CloudFrontError) throw error;
    const note = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw failed("LambdaExecutionError", `${eventType}: threw ${note}`, error);
  } finally {
    timer.abort();
  }
}

function failed(resultType: string, logNote: string, cause?: unknown): CloudFrontError {
  return new CloudFrontError(503, {
    message: "The Lambda function associated with the CloudFront distribution failed, or took too long.",
    resultType,
    logNote,
    cause,
  });
}

/** A result crosses a process boundary as JSON; what is none is no result. */
function overTheWire(returned: unknown): unknown {
  const text = JSON.stringify(returned);
  return text === undefined ? undefined : JSON.parse(text);
}
