import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import aws4 from "aws4";
import type { Credentials } from "../../identity/credentials.ts";
import { createStsClient } from "../../testing/assume-role.ts";
import type { S3UnderTest } from "../../testing/s3-under-test.ts";
import { type ReceivedResponse, sendRequest, xmlValue } from "../../testing/send-request.ts";

type Server = Pick<S3UnderTest, "endpoint" | "region" | "credentials">;

export interface SendOptions {
  credentials?: Credentials;
  service?: string;
  region?: string;
  /** Put the parameters and the signature into the query of a GET. */
  signQuery?: boolean;
}

/**
 * Sign with aws4, with anything wrong that is asked for, and send.
 *
 * @param parameters - by name, in this order, or form-encoded already
 */
export function sendSts(
  server: Server,
  parameters: readonly (readonly [string, string])[] | string,
  options: SendOptions = {},
): Promise<ReceivedResponse> {
  const body =
    typeof parameters === "string"
      ? parameters
      : new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const request = options.signQuery
    ? { method: "GET", path: `/?${body}`, signQuery: true, headers: {} }
    : { method: "POST", path: "/", body, headers: form };
  const { path, headers } = aws4.sign(
    {
      ...request,
      host: new URL(server.endpoint).host,
      service: options.service ?? "sts",
      region: options.region ?? server.region,
    },
    options.credentials ?? server.credentials,
  );
  return sendRequest({ ...request, endpoint: server.endpoint, path, headers });
}

/** The same for one action, in the version that there is. */
export function callSts(
  server: Server,
  action: string,
  parameters: Readonly<Record<string, string>> = {},
  options: SendOptions = {},
): Promise<ReceivedResponse> {
  const version: [string, string] = ["Version", "2011-06-15"];
  return sendSts(server, [["Action", action], version, ...Object.entries(parameters)], options);
}

/** Status, code and message of a refusal. */
export function outcomeOf({
  status,
  text,
}: ReceivedResponse): [number, string | undefined, string | undefined] {
  return [status, xmlValue(text, "Code"), xmlValue(text, "Message")];
}

export async function withSts<T>(
  server: Server,
  credentials: Credentials,
  use: (client: STSClient) => Promise<T>,
): Promise<T> {
  const client = createStsClient({ ...server, credentials });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

/** What GetCallerIdentity says of them. */
export function identify(server: Server, credentials: Credentials) {
  return withSts(server, credentials, (client) => client.send(new GetCallerIdentityCommand({})));
}
