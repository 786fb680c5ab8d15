import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { DeployError } from "../deploy-error.ts";

/** @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html */
const HOW_TO_LOG_IN =
  "Log in with `aws login` or `aws sso login`, or set AWS_PROFILE, and set AWS_REGION to where it is to run.";

/**
 * Whose account it is that the AWS credentials of this machine belong to, and which Region is meant.
 *
 * @throws {DeployError} where there are none, or none that are good
 */
export async function findAccount(): Promise<{ account: string; region: string }> {
  const client = new STSClient({ maxAttempts: 2 });
  const region = await client.config.region().catch(() => undefined);
  if (region === undefined) throw new DeployError(`No AWS Region is set. ${HOW_TO_LOG_IN}`);
  const credentials = await client.config.credentials().catch(() => undefined);
  if (credentials === undefined) throw new DeployError(`There are no AWS credentials here. ${HOW_TO_LOG_IN}`);
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    if (Account === undefined) throw new Error("It names no account.");
    return { account: Account, region };
  } catch (error) {
    const why = error instanceof Error ? error.message || error.name : "unknown"; // AWS names no secret here
    throw new DeployError(`AWS does not take these credentials (${why}). ${HOW_TO_LOG_IN}`);
  }
}
