import { sleep } from "../sleep.ts";
import { toHex } from "../sigv4/hex.ts";
import type { RequestToSign } from "../sigv4/canonical-request.ts";
import { sha256 } from "../sigv4/sha256/sha256.ts";
import { signRequest } from "../sigv4/sign-request.ts";
import type { RequestSignerDeps } from "./request-signer.ts";
import type { StoreClock } from "./store-clock.ts";
import type { Answer, Transport } from "./transport.ts";

/** One request about an object. */
interface StoreRequest extends Pick<RequestToSign, "method" | "query" | "headers"> {
  key: string;
  body?: string;
}

/** Rejects where the store refuses, as `serviceRefusal` knows it. */
export type SendToStore = (request: StoreRequest) => Promise<Answer>;

/** What the store has said no to: of the shape of the SDK's errors. */
class AnsweredError extends Error {
  readonly $metadata: { httpStatusCode: number };
  readonly $fault: "client" | "server";
  /** Whether the same may be answered otherwise the next time. */
  readonly mayPass: boolean;

  constructor({ status, body }: Answer, { isClockCorrected }: { isClockCorrected: boolean }) {
    super("The store has answered with an error."); // what it says besides may hold keys and signatures
    // What answers HEAD has no body.
    this.name = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? (status === 404 ? "NotFound" : "Unknown");
    this.$metadata = { httpStatusCode: status };
    this.$fault = status < 500 ? "client" : "server";
    this.mayPass = status >= 500 || status === 429 || this.name === "RequestTimeout" || isClockCorrected;
  }
}

const MAX_TRIES = 3;
const BASE_DELAY_MS = 100;

/**
 * Requests that a new process has to make before it can answer, without the SDK, which takes longer to load than everything
 * else. Each is signed in its headers with its body, and tried three times, as by the SDK.
 */
export function createStoreSender(
  options: Omit<RequestSignerDeps, "now"> & { clock: StoreClock; transport: Transport },
): SendToStore {
  const { address, region, credentials, clock, transport } = options;

  async function sendOnce({
    method,
    key,
    query = {},
    headers = {},
    body = "",
  }: StoreRequest): Promise<Answer> {
    const signed = signRequest({
      method,
      origin: address.origin,
      path: `${address.pathPrefix}/${key}`,
      query,
      headers,
      payload: toHex(sha256(body)),
      credentials: await credentials(),
      region,
      signedAt: clock.now(),
    });
    const answer = await transport({ ...signed, body: method === "PUT" ? body : undefined });
    const isClockCorrected = clock.heard(answer.headers["date"]);
    if (answer.status < 300) return answer;
    throw new AnsweredError(answer, { isClockCorrected });
  }

  return async (request) => {
    for (let tries = 1; ; tries++) {
      try {
        return await sendOnce(request);
      } catch (error) {
        if (tries === MAX_TRIES || (error instanceof AnsweredError && !error.mayPass)) throw error;
      }
      await sleep(Math.random() * BASE_DELAY_MS * 2 ** tries);
    }
  };
}
