import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { UsageError } from "./usage-error.ts";

const Env = z.object({
  /** Where the API answers. */
  WAYBILL_API_URL: z.optional(z.url({ protocol: /^https?$/ })),
  /** The port of a local API, as for `npm start`. */
  WAYBILL_API_PORT: z._default(z.string().check(z.regex(/^\d{1,5}$/)), "4310"),
  /** Where the page of a local stack is: its origin is what CORS is asked for. */
  WAYBILL_WEB_PORT: z._default(z.string().check(z.regex(/^\d{1,5}$/)), "4300"),
  /** @see https://specifications.freedesktop.org/basedir-spec/latest/ */
  XDG_STATE_HOME: z.optional(z.string()),
});

export interface Env {
  apiUrl: string;
  webOrigin: string;
  /** Where it is noted what can be gone on with. */
  stateDir: string;
}

/** The only reader of environment variables here. @throws {UsageError} */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const result = Env.safeParse(variables);
  if (!result.success) {
    const names = result.error.issues.map(({ path }) => path.join("."));
    throw new UsageError(`The environment variable ${names.join(", ")} is not valid.`);
  }
  const { WAYBILL_API_URL, WAYBILL_API_PORT, WAYBILL_WEB_PORT, XDG_STATE_HOME } = result.data;
  // What is relative, or empty, is to be ignored.
  const stateHome = XDG_STATE_HOME?.startsWith("/") ? XDG_STATE_HOME : join(homedir(), ".local", "state");
  return {
    apiUrl: WAYBILL_API_URL ?? `http://127.0.0.1:${WAYBILL_API_PORT}`,
    webOrigin: `http://127.0.0.1:${WAYBILL_WEB_PORT}`,
    stateDir: join(stateHome, "waybill"),
  };
}
