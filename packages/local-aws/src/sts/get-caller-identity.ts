import { callerArn, callerUserId } from "../identity/caller.ts";
import { xmlText } from "../s3/xml/write-xml.ts";
import type { StsAction } from "./sts-call.ts";

/**
 * No permission is needed, and none can be taken away.
 *
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export const getCallerIdentity: StsAction = {
  name: "GetCallerIdentity",
  run: ({ caller }) => [
    xmlText("Arn", callerArn(caller)),
    xmlText("UserId", callerUserId(caller)),
    xmlText("Account", caller.accountId),
  ],
};
