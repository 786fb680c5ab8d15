import type { S3Client } from "@aws-sdk/client-s3";
import type { Credentials } from "@waybill/core";
import type { StoreEnv } from "./store-env.ts";

/**
 * The credentials of this process, found where the SDK finds them. Those of the environment, as on Lambda, are there
 * without it; wherever else they may be, the SDK knows, caches and refreshes them.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
export function ownCredentials(env: StoreEnv, client: () => Promise<S3Client>): () => Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  // A profile comes before the environment.
  if (!accessKeyId || !secretAccessKey || env.AWS_PROFILE)
    return async () => (await client()).config.credentials();
  const credentials = {
    accessKeyId,
    secretAccessKey,
    ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
    ...(env.AWS_CREDENTIAL_EXPIRATION ? { expiration: env.AWS_CREDENTIAL_EXPIRATION } : {}),
  };
  return async () => credentials;
}
