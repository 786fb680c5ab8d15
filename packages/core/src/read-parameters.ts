import { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";

/**
 * What the Parameter Store holds under these names, each with a version or for its latest one, in one call.
 *
 * @throws {Error} that names the parameters that are not there
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export async function readParameters(names: readonly string[]): Promise<Map<string, string>> {
  const client = new SSMClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  try {
    const { Parameters: found = [] } = await client.send(
      new GetParametersCommand({ Names: [...names], WithDecryption: true }),
    );
    const values = new Map<string, string>();
    for (const parameter of names) {
      const [name, version] = parameter.split(":");
      const value = found.find(
        (it) => it.Name === name && (version === undefined || String(it.Version) === version),
      )?.Value;
      if (value !== undefined) values.set(parameter, value);
    }
    const missing = names.filter((name) => !values.has(name));
    if (missing.length > 0) throw new Error(`The Parameter Store has no ${missing.join(", ")}.`);
    return values;
  } finally {
    client.destroy();
  }
}
