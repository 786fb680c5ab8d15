import type { CommandContext } from "../command-context.ts";
import { formatBytes, printable } from "../format.ts";

/** List objects, page by page. */
export async function ls({ client, terminal, json, signal }: CommandContext, prefix: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await client.call((api) => api.objects.list.query({ prefix, cursor }, { signal }), signal);
    for (const object of page.objects) {
      if (json) terminal.print(JSON.stringify(object));
      else {
        const date = object.lastModified.slice(0, 16).replace("T", " ");
        terminal.print(`${formatBytes(object.sizeBytes).padStart(10)}  ${date}  ${printable(object.key)}`);
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}
