import type { Job } from "../job.ts";

/** Remove share links that expired long ago. */
export function removeEndedShares(options: { everyMs: number }): Job {
  return {
    name: "remove-ended-shares",
    everyMs: options.everyMs,
    async run({ client, signal, log }) {
      let cursor: string | undefined;
      let removed = 0;
      do {
        const page = await client.call((api) => api.shares.sweep.mutate({ cursor }, { signal }), signal);
        removed += page.removed;
        cursor = page.cursor;
      } while (cursor !== undefined);
      if (removed > 0) log({ event: "shares-removed", count: removed });
    },
  };
}
