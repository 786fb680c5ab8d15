import type { STSClient } from "@aws-sdk/client-sts";
import type { TemporaryCredentials } from "../sigv4/credential-cache.ts";
import { WaybillError } from "../waybill-error.ts";
import { talkToStore } from "./storage-error.ts";

export interface RoleSession {
  /** `arn:aws:iam::111122223333:role/name` */
  roleArn: string;
  /** Shows up in CloudTrail: `[\w+=,.@-]{2,64}`. */
  sessionName: string;
  /** 900 to 43,200 and at most what the role allows; from a role, as on Lambda, at most 3,600 (role chaining). */
  durationSeconds: number;
  /** JSON, at most 2,048 characters: the session may do what it allows and the role does, and nothing else. */
  policy?: string | undefined;
}

/**
 * Temporary credentials of a role.
 *
 * @param sts - the client, asked for when it is needed
 * @throws {WaybillError} `STORAGE_DENIED`, `STORAGE_BUSY`, `STORAGE_UNREACHABLE`
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function assumeRole(
  sts: () => Promise<Pick<STSClient, "send">>,
  session: RoleSession,
): Promise<TemporaryCredentials> {
  const input = {
    RoleArn: session.roleArn,
    RoleSessionName: session.sessionName,
    DurationSeconds: session.durationSeconds,
    ...(session.policy === undefined ? {} : { Policy: session.policy }),
  };
  const assume = async (): Promise<TemporaryCredentials> => {
    const [client, { AssumeRoleCommand }] = await Promise.all([sts(), import("./sts-sdk.ts")]);
    const { Credentials: answered } = await client.send(new AssumeRoleCommand(input));
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answered ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined)
      throw new WaybillError("STORAGE_DENIED", "STS answered without credentials.");
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };
  return talkToStore("assume the role", assume, "STS");
}
