import type { STSClient } from "@aws-sdk/client-sts";
import { createCredentialCache, type TemporaryCredentials } from "../sigv4/credential-cache.ts";
import { assumeRole, type RoleSession } from "./assume-role.ts";

export interface SigningRoleOptions extends RoleSession {
  /** The client of STS, asked for when it is needed. */
  sts: () => Promise<Pick<STSClient, "send">>;
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
  sts,
  now,
  ...session
}: SigningRoleOptions): () => Promise<TemporaryCredentials> {
  return createCredentialCache({ load: () => assumeRole(sts, session), now });
}
