import type { ClientCollections, WaybillClient } from "@waybill/client/node";
import type { Env } from "./env.ts";
import type { Identity } from "./login/identity.ts";
import type { Terminal } from "./terminal.ts";

/** What every command gets. */
export interface CommandContext {
  /** Of any deployment: what its collections are is known when it is asked. */
  client: WaybillClient<ClientCollections>;
  apiUrl: string;
  env: Env;
  identity: Identity;
  terminal: Terminal;
  json: boolean;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
}
