import { confirmDevice } from "@waybill/local-aws/testing";

/** A token of one of the local stack's users, got as a device gets one. */
export async function tokenOf(issuerUrl: string, user: string): Promise<string> {
  const ask = async (path: string, form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: "waybill-cli", ...form });
    const response = await fetch(`${issuerUrl}${path}`, { method: "POST", body });
    const answer = (await response.json()) as Record<string, string>;
    if (!response.ok) throw new Error(`${path} answered ${answer["error"]}.`);
    return answer;
  };
  const device = await ask("/device/auth", { scope: "openid profile" });
  await confirmDevice(device["verification_uri_complete"] ?? "", user);
  const { access_token: token = "" } = await ask("/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: device["device_code"] ?? "",
  });
  return token;
}
