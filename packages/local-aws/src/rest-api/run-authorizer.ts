import { setTimeout as sleep } from "node:timers/promises";
import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { toAuthorizerEvent, toMethodArn } from "./authorizer-event.ts";
import { readVerdict, requireAllowed, type Verdict } from "./authorizer-result.ts";
import { GatewayError } from "./gateway-error.ts";
import { evaluateSource, type Invocation } from "./invocation.ts";
import { MAX_INTEGRATION_MS } from "./limits.ts";
import type { Authorizer } from "./rest-definition.ts";

/** @param authorizerUri - of the document, for who has more than one function */
export type InvokeAuthorizer = (
  event: APIGatewayRequestAuthorizerEvent,
  authorizerUri: string,
) => Promise<unknown>;

/** @returns what the authorizer of the method says of the request */
export type RunAuthorizer = (authorizer: Authorizer, invocation: Invocation) => Promise<Verdict["context"]>;

/**
 * Lambda authorizers with their cache: a verdict is kept under the values of the identity sources, and **nothing
 * else of the request**. With a TTL an authorizer must therefore answer what holds for all requests that share
 * those values.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
 */
export function createAuthorizers(options: { region: string; invoke: InvokeAuthorizer }): RunAuthorizer {
  const { region, invoke } = options;
  const cache = new Map<string, { verdict: Verdict; expiresAtMs: number }>();

  return async (authorizer, invocation) => {
    const verdict = await findVerdict(authorizer, invocation);
    requireAllowed(verdict, toMethodArn(invocation, region));
    return verdict.context;
  };

  async function findVerdict(authorizer: Authorizer, invocation: Invocation): Promise<Verdict> {
    const identity = authorizer.identitySources.map((source) => evaluateSource(source, invocation));
    // "… all of the identity-related request parameters are present, not null and non-empty. Only when this is
    // true does the authorizer invoke the authorizer Lambda function"
    if (identity.includes(undefined)) throw new GatewayError("UNAUTHORIZED", "an identity source is missing");
    const cacheKey = JSON.stringify([authorizer.name, ...identity]);
    const nowMs = invocation.now.getTime();
    for (const [key, { expiresAtMs }] of cache) if (expiresAtMs <= nowMs) cache.delete(key);
    const cached = cache.get(cacheKey)?.verdict;
    if (cached !== undefined) return cached;
    const verdict = readVerdict(await ask(authorizer, invocation));
    if (authorizer.ttlSeconds > 0) {
      cache.set(cacheKey, { verdict, expiresAtMs: nowMs + authorizer.ttlSeconds * 1000 });
    }
    return verdict;
  }

  /** The event and the result cross a process boundary at AWS, as JSON; so they do here. */
  async function ask({ uri }: Authorizer, invocation: Invocation): Promise<unknown> {
    const event: APIGatewayRequestAuthorizerEvent = JSON.parse(
      JSON.stringify(toAuthorizerEvent(invocation, region)),
    );
    try {
      const result: unknown = JSON.parse(JSON.stringify(await inTime(invoke(event, uri))) ?? "null");
      return result;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (why === "Unauthorized") throw new GatewayError("UNAUTHORIZED", "the authorizer said so", { cause });
      throw new GatewayError("AUTHORIZER_FAILURE", `the authorizer threw ${why}`, { cause });
    }
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(MAX_INTEGRATION_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`nothing within ${MAX_INTEGRATION_MS} ms`);
  });
  late.catch(() => {}); // the timer is stopped when the function was quicker
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
