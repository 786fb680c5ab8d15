import type { S3Client } from "@aws-sdk/client-s3";

/** Answers travel, and say whole seconds only: below this there is nothing to correct. */
const MIN_OFFSET_MS = 10_000;

export interface StoreClock {
  now: () => Date;
  /** Take the `Date` of an answer of the store. @returns whether what was signed until now had another time */
  heard: (date: string | undefined) => boolean;
  /** Look at this client's answers, which pass unchanged. */
  follow: (client: S3Client) => void;
}

/**
 * The time as the store has it, once it has answered anything: every answer says `Date`. What is signed with a
 * clock that is wrong is refused, 15 minutes into the future as much as after its end, and no client can mend
 * that.
 *
 * @param now - the clock of this machine
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationTimeStamp
 */
export function createStoreClock(now: () => Date): StoreClock {
  let offsetMs = 0;
  const heard: StoreClock["heard"] = (date) => {
    const measuredMs = date === undefined ? Number.NaN : Date.parse(date) - now().getTime();
    if (Number.isNaN(measuredMs)) return false;
    const before = offsetMs;
    offsetMs = Math.abs(measuredMs) < MIN_OFFSET_MS ? 0 : measuredMs;
    return Math.abs(offsetMs - before) >= MIN_OFFSET_MS;
  };
  return {
    now: () => new Date(now().getTime() + offsetMs),
    heard,
    follow(client) {
      client.middlewareStack.add(
        (next) => async (input) => {
          const result = await next(input);
          heard(dateOf(result.response));
          return result;
        },
        { step: "deserialize", priority: "low", name: "storeClock" },
      );
    },
  };
}

function dateOf(response: unknown): string | undefined {
  if (typeof response !== "object" || response === null || !("headers" in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== "object" || headers === null || !("date" in headers)) return undefined;
  return typeof headers.date === "string" ? headers.date : undefined;
}
