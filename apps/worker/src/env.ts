import { parseEnvironment, UPLOAD_LIFETIME_SECONDS } from "@waybill/core";
import * as z from "zod/mini";

const seconds = (fallback: number) => z._default(z.coerce.number().check(z.minimum(1)), fallback);

const Env = z.object({
  WAYBILL_API_URL: z.url({ protocol: /^https?$/ }),
  /** A bearer token with the scope `uploads:sweep`. */
  WAYBILL_WORKER_TOKEN: z.string().check(z.minLength(1)),
  /** Uploads older than this are aborted. By then their tokens have expired, so that nobody can go on. */
  WAYBILL_STALE_UPLOAD_SECONDS: seconds(UPLOAD_LIFETIME_SECONDS),
  WAYBILL_SWEEP_INTERVAL_SECONDS: seconds(3600),
});
export type Env = z.infer<typeof Env>;

/** The only reader of environment variables here. @throws with every problem at once */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  return parseEnvironment(Env, variables);
}
