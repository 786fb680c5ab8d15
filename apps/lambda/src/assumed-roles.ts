import type { Vending } from "@waybill/api";
import type { Credentials } from "@waybill/core";
import { createSessionVendor, createSigningRole, createStsClient } from "@waybill/core/s3";
import { once } from "./once.ts";

/** As long as role chaining allows. */
const SIGNING_SESSION_SECONDS = 3600;

/** What STS gives of this deployment's roles. */
export interface AssumedRoles {
  /** Credentials that sign grants. */
  signing: (roleArn: string) => () => Promise<Credentials>;
  /** Sessions for clients. */
  vending: (roleArn: string) => Vending["assume"];
}

export function createAssumedRoles(options: {
  region: string;
  endpoint: string | undefined;
  own: () => Promise<Credentials>;
  now: () => Date;
}): AssumedRoles {
  const { region, endpoint, own, now } = options;
  const stsWith = (credentials: () => Promise<Credentials>) =>
    createStsClient({ region, endpoint, credentials });
  const sts = once(() => stsWith(own));
  return {
    signing: (roleArn) =>
      createSigningRole({
        sts,
        roleArn,
        sessionName: "waybill-grants",
        durationSeconds: SIGNING_SESSION_SECONDS,
        now,
      }),
    vending: (roleArn) =>
      createSessionVendor({ sts, stsWith: (session) => stsWith(async () => session), roleArn }),
  };
}
