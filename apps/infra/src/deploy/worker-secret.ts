import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { workerSecretName } from "../deployed-keys.ts";
import type { StackOutputs } from "./outputs.ts";
import type { ParameterStore } from "./parameter-store.ts";

/** Put the secret that Cognito has made for the worker where the worker reads it. */
export async function keepWorkerSecret(
  store: ParameterStore,
  stage: string,
  { UserPool, WorkerClient }: Pick<StackOutputs, "UserPool" | "WorkerClient">,
): Promise<void> {
  const client = new CognitoIdentityProviderClient({});
  const { UserPoolClient } = await client.send(
    new DescribeUserPoolClientCommand({ UserPoolId: UserPool, ClientId: WorkerClient }),
  );
  const secret = UserPoolClient?.ClientSecret;
  if (secret === undefined) throw new Error("Cognito has made no secret for the worker.");
  const name = workerSecretName(stage);
  if ((await store.read(name))?.value !== secret) await store.write(name, secret);
}
