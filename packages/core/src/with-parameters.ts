type Variables = Record<string, string | undefined>;

/**
 * `WAYBILL_TOKEN_KEYS_PARAMETER=/waybill/dev/token-keys:3` says where `WAYBILL_TOKEN_KEYS` is: its third version, or the
 * latest where none is named.
 */
const SUFFIX = "_PARAMETER";

/**
 * Environment variables of which some say only where their values are: secrets are in AWS's Parameter Store, and not
 * in the function's configuration, which many may read.
 *
 * @throws {Error} that names the parameters that are not there
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 */
export async function withParameters(variables: Variables): Promise<Variables> {
  const wanted = Object.entries(variables).flatMap(([variable, parameter]) =>
    variable.endsWith(SUFFIX) && parameter
      ? [{ variable: variable.slice(0, -SUFFIX.length), parameter }]
      : [],
  );
  if (wanted.length === 0) return variables;
  const { SSMClient, GetParametersCommand } = await import("@aws-sdk/client-ssm"); // for those alone that need it
  const client = new SSMClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
  try {
    const names = wanted.map(({ parameter }) => parameter);
    const { Parameters: found = [] } = await client.send(
      new GetParametersCommand({ Names: names, WithDecryption: true }),
    );
    const valueOf = (parameter: string) => {
      const [name, version] = parameter.split(":");
      return found.find((it) => it.Name === name && (version === undefined || String(it.Version) === version))
        ?.Value;
    };
    const missing = names.filter((name) => valueOf(name) === undefined);
    if (missing.length > 0) throw new Error(`The Parameter Store has no ${missing.join(", ")}.`);
    const values = wanted.map(({ variable, parameter }) => [variable, valueOf(parameter)] as const);
    return { ...variables, ...Object.fromEntries(values) };
  } finally {
    client.destroy();
  }
}
