import type { TokenSource } from "./api-client.ts";

/** An access token, and when it ends by this machine's clock. */
export interface AccessToken {
  accessToken: string;
  obtainedAtMs: number;
  expiresAtMs: number;
}

/** A renewal takes a moment, and so does the call that it is for. */
const MAX_MARGIN_MS = 60_000;

/**
 * Keeps an access token fresh, for a client's `token`: it is renewed ahead of its end and when the API has
 * refused it, once for all who ask meanwhile.
 *
 * @param options.renew - gets the next token; undefined: there is none any more. While the present one
 *   still serves, its failure is nobody's trouble
 */
export function createTokenKeeper<Token extends AccessToken>(options: {
  initial?: Token | undefined;
  renew: (current: Token | undefined) => Promise<Token | undefined>;
  nowMs: () => number;
}): Exclude<TokenSource, string> {
  const { renew, nowMs } = options;
  let current = options.initial;
  let renewing: Promise<Token | undefined> | undefined;

  const renewOnce = () =>
    (renewing ??= renew(current)
      .then((token) => (current = token))
      .finally(() => (renewing = undefined)));

  return async ({ refused }) => {
    const held = current;
    if (held !== undefined && held.accessToken !== refused && nowMs() < renewAtMs(held))
      return held.accessToken;
    const serves = held !== undefined && held.accessToken !== refused && nowMs() < held.expiresAtMs;
    const token = await renewOnce().catch((error: unknown) => {
      if (serves) return held;
      throw error;
    });
    return token?.accessToken;
  };
}

function renewAtMs({ obtainedAtMs, expiresAtMs }: AccessToken): number {
  return expiresAtMs - Math.min(MAX_MARGIN_MS, (expiresAtMs - obtainedAtMs) / 4);
}
