import type { WaybillClient } from "@waybill/client/node";

export interface JobContext {
  client: WaybillClient;
  now: () => Date;
  /** One event, as fields of a JSON line; never a secret or a URL. */
  log: (event: Record<string, unknown>) => void;
  /** Aborts when the worker stops. */
  signal: AbortSignal;
}

/** Something that the worker does again and again. */
export interface Job {
  name: string;
  everyMs: number;
  run(context: JobContext): Promise<void>;
}
