import { generateKeyPair as generateKeyPairCallback, randomBytes, randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod/mini";
import { loadOrCreate } from "../credentials-file.ts";

const generateKeyPair = promisify(generateKeyPairCallback);

/** RSA, since API Gateway's JWT authorizer knows nothing else. */
export const SIGNING_ALGORITHM = "RS256";
const MODULUS_BITS = 2048;
/** The one that signs, the next one, which verifiers can know before it signs, and the one before. */
const MAX_KEYS = 3;

/** A private key as a JWK. */
const SigningKey = z.looseObject({
  kty: z.literal("RSA"),
  kid: z.string(),
  alg: z.literal(SIGNING_ALGORITHM),
  use: z.literal("sig"),
});
type SigningKey = z.infer<typeof SigningKey>;

const Secrets = z.object({
  /** The first signs; all are published. */
  keys: z.array(SigningKey).check(z.minLength(2)),
  cookieKey: z.string(),
});
export type OidcSecrets = z.infer<typeof Secrets>;

/** @param dataDir - undefined: kept nowhere */
export async function loadSecrets(dataDir: string | undefined): Promise<OidcSecrets> {
  const made = async (): Promise<OidcSecrets> => ({
    keys: [await createKey(), await createKey()],
    cookieKey: randomBytes(32).toString("base64url"),
  });
  if (dataDir === undefined) return made();
  return loadOrCreate(secretsFile(dataDir), { what: "signing keys", make: made, schema: Secrets });
}

/** The next key signs from now on; the one that did is published once more, as a good provider does. */
export async function rotateKeys(
  { keys: [current, next, ..._older], cookieKey }: OidcSecrets,
  dataDir: string | undefined,
): Promise<OidcSecrets> {
  const keys = [next, await createKey(), current].flatMap((key) => key ?? []).slice(0, MAX_KEYS);
  const rotated = { keys, cookieKey };
  if (dataDir !== undefined) {
    const file = secretsFile(dataDir);
    await writeFile(`${file}.new`, JSON.stringify(rotated), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  return rotated;
}

function secretsFile(dataDir: string): string {
  return join(dataDir, "oidc-secrets.json");
}

async function createKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair("rsa", { modulusLength: MODULUS_BITS });
  return SigningKey.parse({
    ...privateKey.export({ format: "jwk" }),
    kid: randomUUID(),
    alg: SIGNING_ALGORITHM,
    use: "sig",
  });
}
