import { randomBytes } from "node:crypto";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { StoreToUse } from "@waybill/api/testing";
import { openOtherServer } from "@waybill/local-aws/conformance";

/**
 * A new bucket on the server that the environment names, with a role.
 *
 * @param options.trustPolicy - of a role that is made for it, by IAM at the server's own address, where Ceph has it; else
 *   the role is the environment's
 * @throws when a variable is missing: credentials come from an STS
 */
export async function openOtherStore(
  env: NodeJS.ProcessEnv,
  options: { trustPolicy?: object } = {},
): Promise<StoreToUse> {
  const { sts, ...server } = await openOtherServer(env);
  if (sts === undefined) throw new Error("STS_ENDPOINT and STS_ROLE_ARN are missing.");
  if (options.trustPolicy === undefined) return { ...server, sts };
  const { region, credentials } = server;
  const iam = new IAMClient({ region, endpoint: sts.endpoint, credentials: { ...credentials } });
  const role = await makeRole(iam, options.trustPolicy);
  return {
    ...server,
    sts: { ...sts, roleArn: role.arn },
    async close() {
      await role.remove();
      await server.close();
    },
  };
}

/**
 * Of a role on Ceph for credentials that are given away: only who comes without a session may assume it. Its
 * sessions are taken for the user, and could else assume it again.
 *
 * @see https://docs.ceph.com/en/latest/radosgw/STS/
 */
export const CEPH_TRUST = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam:::user/tester"] },
      Action: ["sts:AssumeRole"],
      Condition: { StringEquals: { "sts:authentication": "false" } },
    },
  ],
};

const EVERYTHING = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };

async function makeRole(iam: IAMClient, trustPolicy: object) {
  const RoleName = `waybill-proof-${randomBytes(8).toString("hex")}`;
  const PolicyName = "everything";
  const AssumeRolePolicyDocument = JSON.stringify(trustPolicy);
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  if (Role?.Arn === undefined) throw new Error("A role was made, but has no ARN.");
  const PolicyDocument = JSON.stringify(EVERYTHING);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  return {
    arn: Role.Arn,
    async remove() {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
      iam.destroy();
    },
  };
}
