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
  /** A bearer token, for machines; it comes before any login. */
  WAYBILL_TOKEN: z.optional(z.string().check(z.minLength(1))),
  DISPLAY: z.optional(z.string()),
  WAYLAND_DISPLAY: z.optional(z.string()),
  SSH_CONNECTION: z.optional(z.string()),
  /** @see https://specifications.freedesktop.org/basedir-spec/latest/ */
  XDG_STATE_HOME: z.optional(z.string()),
});

export interface Env {
  apiUrl: string;
  webOrigin: string;
  token: string | undefined;
  /** Whether a browser can be opened that whoever typed the command sees. */
  hasScreen: boolean;
  /** Where it is noted who is logged in, and what can be gone on with. */
  stateDir: string;
}

/** The only reader of environment variables here. @throws {UsageError} */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const result = Env.safeParse(variables);
  if (!result.success) {
    const names = result.error.issues.map(({ path }) => path.join("."));
    throw new UsageError(`The environment variable ${names.join(", ")} is not valid.`);
  }
  const { WAYBILL_API_URL, WAYBILL_API_PORT, WAYBILL_WEB_PORT, WAYBILL_TOKEN, XDG_STATE_HOME } = result.data;
  // What is relative, or empty, is to be ignored.
  const stateHome = XDG_STATE_HOME?.startsWith("/") ? XDG_STATE_HOME : join(homedir(), ".local", "state");
  return {
    apiUrl: WAYBILL_API_URL ?? `http://127.0.0.1:${WAYBILL_API_PORT}`,
    webOrigin: `http://127.0.0.1:${WAYBILL_WEB_PORT}`,
    token: WAYBILL_TOKEN,
    hasScreen: hasScreen(result.data),
    stateDir: join(stateHome, "waybill"),
  };
}

function hasScreen({ DISPLAY, WAYLAND_DISPLAY, SSH_CONNECTION }: z.infer<typeof Env>): boolean {
  if (SSH_CONNECTION !== undefined) return false; // that of another machine
  return process.platform !== "linux" || (DISPLAY ?? WAYLAND_DISPLAY) !== undefined;
}
