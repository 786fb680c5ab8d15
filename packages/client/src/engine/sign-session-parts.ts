import type { SignedParts } from "@waybill/core";
import { callApi } from "./call-api.ts";
import { callWithToken } from "./call-with-token.ts";
import type { UploadRun } from "./upload-run.ts";
import type { UploadSession } from "./upload-session.ts";

/** Requests for parts, along the route of the upload. What a route needs is loaded when it is taken. */
export async function signSessionParts<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
  parts: { partNumber: number; checksum: string }[],
): Promise<SignedParts> {
  if (session.route === "credentials") {
    const { signLocally } = await import("./sign-locally.ts");
    return signLocally(run, session, parts, callApi);
  }
  const { deps, signal } = run;
  return callWithToken(run, session, (token) => deps.api.uploads.sign.mutate({ token, parts }, { signal }));
}
