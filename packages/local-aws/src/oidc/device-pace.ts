import type { Provider } from "oidc-provider";
import * as z from "zod/mini";

type ProviderMiddleware = Parameters<Provider["use"]>[0];

const Pending = z.object({ error: z.literal("authorization_pending") });
const Authorized = z.looseObject({ device_code: z.string() });
const Asking = z.object({ oidc: z.object({ params: z.object({ device_code: z.string() }) }) });
const SLOW_DOWN_SECONDS = 5;

/**
 * How often a device may ask: it is told, and told to slow down when it asks more often. The provider itself
 * leaves both out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8628#section-3.5
 */
export function createDevicePace(options: {
  intervalSeconds: number;
  nowMs: () => number;
}): ProviderMiddleware {
  const { intervalSeconds, nowMs } = options;
  const polls = new Map<string, { atMs: number; intervalSeconds: number }>();

  return async (ctx, next) => {
    await next();
    const authorized = Authorized.safeParse(ctx.body);
    if (authorized.success) ctx.body = { ...authorized.data, interval: intervalSeconds };
    const asking = Asking.safeParse(ctx);
    if (!asking.success) return;
    const { device_code: deviceCode } = asking.data.oidc.params;
    if (!Pending.safeParse(ctx.body).success) return void polls.delete(deviceCode);
    const last = polls.get(deviceCode);
    const asked = { atMs: nowMs(), intervalSeconds: last?.intervalSeconds ?? intervalSeconds };
    if (last !== undefined && asked.atMs - last.atMs < last.intervalSeconds * 1000) {
      asked.intervalSeconds += SLOW_DOWN_SECONDS;
      ctx.body = { error: "slow_down", error_description: "the device asks more often than it may" };
    }
    polls.set(deviceCode, asked);
  };
}
