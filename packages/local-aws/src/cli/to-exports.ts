import { loadOrCreateCredentials } from "../credentials-file.ts";
import { toRoleArn } from "../identity/role.ts";
import { ROLE_NAME } from "./default-role.ts";
import type { PlaceOptions } from "./options.ts";
import { shellQuote } from "./shell-quote.ts";

/**
 * What a shell needs to use the server, whether it runs already or not: the keys are made by whoever is first.
 *
 * @returns one `export NAME='value'` per line
 */
export async function toExports({ port, dataDir, region }: PlaceOptions): Promise<string> {
  const credentials = await loadOrCreateCredentials(dataDir);
  const endpoint = `http://127.0.0.1:${port}`;
  const variables = {
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_ACCESS_KEY_ID: credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    S3_FORCE_PATH_STYLE: "true",
    STS_ENDPOINT: endpoint,
    STS_ROLE_ARN: toRoleArn(ROLE_NAME),
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${shellQuote(value)}\n`);
  return lines.join("");
}
