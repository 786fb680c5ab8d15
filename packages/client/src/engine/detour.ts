import { WaybillError, type Route } from "@waybill/core";
import type { callApi } from "./call-api.ts";
import type { UploadRun } from "./upload-run.ts";
import type { UploadSession } from "./upload-session.ts";

/** What is known of the routes of an upload that failed, by upload. */
const failedRoutes = new WeakMap<
  UploadSession,
  { avoid: Set<Route>; asking: Promise<boolean> | undefined }
>();

/**
 * Go on along another route, where the present one fails and nobody has asked for it: what has arrived stays.
 * However many parts fail, the API is asked once.
 *
 * @param failure.route - that a request has failed on
 * @param failure.call - handed in, so that what a page loads at first stays in one piece
 * @returns whether there is another
 */
export async function detour<Body>(
  { deps, signal, options }: UploadRun<Body>,
  session: UploadSession,
  { error, route: failing, call }: { error: unknown; route: Route; call: typeof callApi },
): Promise<boolean> {
  if (!(error instanceof WaybillError && error.retryable)) return false;
  if (session.route !== failing) return true; // another part was faster to find out
  if (options.route !== undefined && options.route !== "auto") return false;
  const known = failedRoutes.get(session) ?? { avoid: new Set<Route>(), asking: undefined };
  failedRoutes.set(session, known);
  known.avoid.add(failing);
  known.asking ??= ask().finally(() => (known.asking = undefined));
  return known.asking;

  async function ask(): Promise<boolean> {
    const { token } = session;
    const avoid = [...known.avoid];
    try {
      const found = await call(deps, { signal }, () =>
        deps.api.uploads.reroute.mutate({ token, avoid }, { signal }),
      );
      Object.assign(session, found);
      session.signed.clear();
      return true;
    } catch {
      return false; // what failed first is what counts
    }
  }
}
