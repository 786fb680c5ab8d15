import * as oidc from "openid-client";
import type { LoginRequest } from "./login-request.ts";
import { explained, type Tokens } from "./provider.ts";

/**
 * Have the user log in on any device that has a browser.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628
 */
export async function logInByDevice({
  config,
  issuer,
  scope,
  parameters,
  tell,
  signal,
}: LoginRequest): Promise<Tokens> {
  const device = await explained(issuer, signal, () =>
    oidc.initiateDeviceAuthorization(config, { ...parameters, scope }),
  );
  const { verification_uri: verificationUri, user_code: userCode } = device;
  tell({ verificationUri: device.verification_uri_complete ?? verificationUri, userCode });
  return explained(issuer, signal, () =>
    oidc.pollDeviceAuthorizationGrant(config, device, undefined, { signal }),
  );
}
