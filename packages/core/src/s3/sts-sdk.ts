/** What of the SDK is needed, loaded when a role has to be assumed. */
export { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
