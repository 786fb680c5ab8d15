import type { CommandContext } from "../command-context.ts";
import { printable } from "../format.ts";

/** Remove objects: all of them, or, where one does not exist, none. */
export async function rm({ client, terminal, json, signal }: CommandContext, keys: string[]): Promise<void> {
  const { removed } = await client.call((api) => api.objects.remove.mutate({ keys }, { signal }), signal);
  for (const key of removed)
    terminal.print(json ? JSON.stringify({ key, removed: true }) : `removed ${printable(key)}`);
}
