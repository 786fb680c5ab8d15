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
  const { readParameters } = await import("./read-parameters.ts"); // for those alone that need it
  const values = await readParameters(wanted.map(({ parameter }) => parameter));
  const read = wanted.map(({ variable, parameter }) => [variable, values.get(parameter)] as const);
  return { ...variables, ...Object.fromEntries(read) };
}
