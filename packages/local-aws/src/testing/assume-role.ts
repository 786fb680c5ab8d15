import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from "@aws-sdk/client-sts";
import type { Credentials } from "../identity/credentials.ts";
import type { S3UnderTest } from "./s3-under-test.ts";

export function createStsClient(
  s3: Pick<S3UnderTest, "endpoint" | "region" | "credentials" | "sts">,
): STSClient {
  return new STSClient({
    endpoint: s3.sts?.endpoint ?? s3.endpoint,
    region: s3.region,
    credentials: { ...s3.credentials }, // the SDK writes into the object it is given
    maxAttempts: 1, // a refusal must not be hidden by a second try
  });
}

export interface AssumedSession {
  credentials: Required<Credentials>;
  expiresAt: Date;
}

/** @param input - of AssumeRole, over a session of 900 seconds with the role of `s3.sts` */
export async function assumeRole(
  s3: Pick<S3UnderTest, "endpoint" | "region" | "credentials" | "sts">,
  input: Partial<AssumeRoleCommandInput> = {},
): Promise<AssumedSession> {
  const client = createStsClient(s3);
  try {
    const { Credentials } = await client.send(
      new AssumeRoleCommand({
        RoleArn: s3.sts?.roleArn,
        RoleSessionName: "test-session",
        DurationSeconds: 900,
        ...input,
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new Error("STS answered without credentials");
    }
    return {
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
      expiresAt: Expiration,
    };
  } finally {
    client.destroy();
  }
}

/** A session policy, or a role's, that allows these actions on these resources. */
export function allow(actions: string | readonly string[], resources: string | readonly string[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: actions, Resource: resources }],
  });
}
