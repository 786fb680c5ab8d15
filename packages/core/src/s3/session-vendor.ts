import type { STSClient } from "@aws-sdk/client-sts";
import type { TemporaryCredentials } from "../sigv4/credential-cache.ts";
import { WaybillError } from "../waybill-error.ts";
import { assumeRole, type RoleSession } from "./assume-role.ts";

export interface SessionVendorOptions {
  /** With the credentials of the server, which the role trusts. */
  sts: () => Promise<Pick<STSClient, "send">>;
  /** The same STS, with those of a session. */
  stsWith: (session: TemporaryCredentials) => Promise<Pick<STSClient, "send" | "destroy">>;
  /** A role whose sessions are given away. */
  roleArn: string;
}

export interface NarrowSession extends Omit<RoleSession, "roleArn"> {
  policy: string;
}

/** STS gives no shorter ones. */
const TRIAL_SECONDS = 900;

/**
 * Sessions of a role, each narrowed by a policy, for others to hold.
 *
 * Before the first one leaves, it is tried whether it could assume the role anew, and so be rid of its policy. Amazon asks
 * that policy first. Ceph asks the role's trust alone, and takes the session for the user who began it.
 *
 * @returns rejects with {WaybillError} `ROUTE_UNAVAILABLE` where it could; `STORAGE_DENIED`, `STORAGE_BUSY`,
 *   `STORAGE_UNREACHABLE`
 * @see https://docs.ceph.com/en/latest/radosgw/STS/
 */
export function createSessionVendor(
  options: SessionVendorOptions,
): (session: NarrowSession) => Promise<TemporaryCredentials> {
  const { sts, roleArn } = options;
  let trial: Promise<boolean> | undefined;

  async function isHeld(session: TemporaryCredentials): Promise<boolean> {
    trial ??= tryToEscape(options, session).catch((error: unknown) => {
      trial = undefined; // nobody knows
      throw error;
    });
    return trial;
  }

  return async (session) => {
    const credentials = await assumeRole(sts, { roleArn, ...session });
    if (await isHeld(credentials)) return credentials;
    throw new WaybillError(
      "ROUTE_UNAVAILABLE",
      "No credentials are given here: with them the role could be assumed again, without the policy that narrows them.",
    );
  };
}

/** @returns whether that was refused */
async function tryToEscape(
  { stsWith, roleArn }: SessionVendorOptions,
  session: TemporaryCredentials,
): Promise<boolean> {
  const client = await stsWith(session);
  try {
    await assumeRole(async () => client, {
      roleArn,
      sessionName: "waybill-trial",
      durationSeconds: TRIAL_SECONDS,
    });
    return false;
  } catch (error) {
    const cause = error instanceof WaybillError ? error.cause : undefined;
    if (cause instanceof Error && cause.name === "AccessDenied") return true;
    throw error;
  } finally {
    client.destroy();
  }
}
