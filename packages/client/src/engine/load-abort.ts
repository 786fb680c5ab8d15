import type * as Abort from "./abort-on-server.ts";

/** Few uploads need it, so it comes when it is needed; undefined where it does not come, as then nothing would. */
export function loadAbort(): Promise<typeof Abort | undefined> {
  return import("./abort-on-server.ts").catch(() => undefined);
}
