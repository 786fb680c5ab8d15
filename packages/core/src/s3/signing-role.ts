import { STSClient } from "@aws-sdk/client-sts";
import { createCredentialCache, type TemporaryCredentials } from "../sigv4/credential-cache.ts";
import type { Credentials } from "../sigv4/credentials.ts";
import { assumeRole, type RoleSession } from "./assume-role.ts";

export interface SigningRoleOptions extends RoleSession {
  client: Pick<STSClient, "send">;
  now: () => Date;
}

/**
 * Credentials of a role that exists to sign grants, assumed by STS, cached and renewed ahead of time.
 *
 * Lambda's own credentials say nothing of their end, so a URL that they sign may die at any moment; those
 * of an assumed role say it to the second.
 *
 * @returns rejects with {WaybillError} `STORAGE_DENIED`, `STORAGE_BUSY`, `STORAGE_UNREACHABLE`
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function createSigningRole({
  client,
  now,
  ...session
}: SigningRoleOptions): () => Promise<TemporaryCredentials> {
  return createCredentialCache({ load: () => assumeRole(client, session), now });
}

/**
 * The client for it: a grant waits for STS at most once per process, so it gives up rather than make a
 * person wait.
 *
 * @param options.endpoint - a stand-in or an S3-compatible store that has STS; Amazon's in the Region when left out
 * @param options.credentials - whom the role trusts
 */
export function createStsClient(options: {
  region: string;
  endpoint?: string | undefined;
  credentials: () => Promise<Credentials>;
}): STSClient {
  const { region, endpoint, credentials } = options;
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
