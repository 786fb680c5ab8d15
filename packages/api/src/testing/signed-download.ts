import type { AppCaller } from "./open-api.ts";

/** A download whose request the API has signed. */
export async function signedDownload(
  caller: AppCaller,
  input: Parameters<AppCaller["downloads"]["create"]>[0],
) {
  const grant = await caller.downloads.create(input);
  if (grant.route === "credentials") throw new Error("It is to be signed by its client.");
  return grant;
}
