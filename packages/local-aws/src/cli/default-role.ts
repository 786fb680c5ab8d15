import type { RoleOptions } from "../identity/role.ts";

export const ROLE_NAME = "waybill";

/** Assumed by the account, to try session policies with: by itself it may do everything in S3. */
export const DEFAULT_ROLE: RoleOptions = {
  name: ROLE_NAME,
  policies: [{ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } }],
};
