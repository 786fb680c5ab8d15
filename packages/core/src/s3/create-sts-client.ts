import type { STSClient } from "@aws-sdk/client-sts";
import type { Credentials } from "../sigv4/credentials.ts";

/**
 * A client of STS: a grant waits for STS at most once per process, so it gives up rather than make a
 * person wait.
 *
 * @param options.endpoint - a stand-in or an S3-compatible store that has STS; Amazon's in the Region when left out
 * @param options.credentials - whom the role trusts
 */
export async function createStsClient(options: {
  region: string;
  endpoint?: string | undefined;
  credentials: () => Promise<Credentials>;
}): Promise<STSClient> {
  const { region, endpoint, credentials } = options;
  const { STSClient } = await import("./sts-sdk.ts");
  return new STSClient({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    credentials: async () => {
      const { sessionToken, expiration, ...keys } = await credentials();
      return {
        ...keys,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        ...(expiration === undefined ? {} : { expiration }),
      };
    },
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}
