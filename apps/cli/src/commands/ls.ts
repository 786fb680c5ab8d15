import type { CommandContext } from "../command-context.ts";
import { formatBytes, printable } from "../format.ts";
import { listObjects } from "../list-objects.ts";

/** List objects, page by page. */
export async function ls(context: CommandContext, prefix: string): Promise<void> {
  const { terminal, json } = context;
  for await (const object of listObjects(context, prefix)) {
    if (json) terminal.print(JSON.stringify(object));
    else {
      const date = object.lastModified.slice(0, 16).replace("T", " ");
      terminal.print(`${formatBytes(object.sizeBytes).padStart(10)}  ${date}  ${printable(object.key)}`);
    }
  }
}
