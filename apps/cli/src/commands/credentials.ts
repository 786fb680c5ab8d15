import type { IssuedCredentials } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";

export interface CredentialsOptions {
  collection: string;
  /** Lines for a shell, instead of JSON. */
  env: boolean;
}

/**
 * Temporary credentials for one collection, as an AWS profile's `credential_process` wants them.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
 */
export async function credentials(
  { client, terminal, json, signal }: CommandContext,
  { collection, env }: CredentialsOptions,
): Promise<void> {
  const issued = await client.call((api) => api.credentials.issue.mutate({ collection }, { signal }), signal);
  terminal.print(env ? toExports(issued) : toProcessOutput(issued));
  if (json) return;
  const { address, prefix, actions, expiresAt, endpoint } = issued;
  const at = endpoint === null ? "" : ` at ${endpoint}`;
  terminal.note(`To ${actions.join(", ")} in s3://${address.bucket}/${prefix}${at}, until ${expiresAt}.`);
}

function toProcessOutput(issued: IssuedCredentials): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    SessionToken: issued.sessionToken,
    Expiration: issued.expiresAt,
  });
}

/** Lines for `eval "$(…)"`. */
function toExports(issued: IssuedCredentials): string {
  const variables = {
    AWS_ACCESS_KEY_ID: issued.accessKeyId,
    AWS_SECRET_ACCESS_KEY: issued.secretAccessKey,
    AWS_SESSION_TOKEN: issued.sessionToken,
    AWS_REGION: issued.region,
    ...(issued.endpoint === null ? {} : { AWS_ENDPOINT_URL_S3: issued.endpoint }),
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    .join("\n");
}
