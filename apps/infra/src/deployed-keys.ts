import * as z from "zod/mini";

/**
 * What the synthesis may know of the keys: where the secret halves are, and the public ones. The secret halves are
 * made by the deploy script and stay in the Parameter Store, see docs/deploy.md.
 */
const version = z.int().check(z.minimum(1));

export const DeployedKeys = z.object({
  /** HMAC keys of upload tokens, which have no public half. */
  token: z.object({ version }),
  /** ECDSA P-256, SPKI in base64: the doors verify grants with them. The first one's private half signs. */
  door: z.object({
    version,
    publicKeys: z.array(z.object({ keyId: z.string(), spki: z.base64() })).check(z.minLength(1)),
  }),
  /** As PEM, as CloudFront wants them. The first one's private half signs. */
  cloudfront: z.object({
    version,
    publicKeys: z.array(z.object({ keyId: z.string(), pem: z.string() })).check(z.minLength(1)),
  }),
});
export type DeployedKeys = z.infer<typeof DeployedKeys>;

/** As a door that is told by a variable reads them: `kid:base64[,kid:base64…]`. */
export function doorPublicKeysText({ publicKeys }: DeployedKeys["door"]): string {
  return publicKeys.map(({ keyId, spki }) => `${keyId}:${spki}`).join(",");
}

export type KeyName = keyof DeployedKeys;

/** Where the secret halves are: `kid:base64[,kid:base64…]`, of which the first signs. */
export function keyParameterName(stage: string, name: KeyName): string {
  return `/waybill/${stage}/${name}-keys`;
}

/** Where the worker's client secret is: Cognito makes it, and the deploy script puts it there. */
export function workerSecretName(stage: string): string {
  return `/waybill/${stage}/worker-client-secret`;
}
