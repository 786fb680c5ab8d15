import type { WaybillClient } from "@waybill/client/node";
import type { Env } from "./env.ts";
import type { Terminal } from "./terminal.ts";

/** What every command gets. */
export interface CommandContext {
  client: WaybillClient;
  apiUrl: string;
  env: Env;
  terminal: Terminal;
  json: boolean;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
}
