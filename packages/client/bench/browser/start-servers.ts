import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

const Servers = z.object({
  /** Origin of page, API and the peers' servers. */
  front: z.string(),
  store: z.object({
    endpoint: z.string(),
    region: z.string(),
    credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  }),
});
export type Servers = z.infer<typeof Servers>;

/** Start servers.ts; it ends with what is returned, or with this process. */
export async function startServers(folder: string): Promise<Servers & AsyncDisposable> {
  const child = fork(fileURLToPath(new URL("servers.ts", import.meta.url)), [folder], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const died = exited.then(() => {
    throw new Error("The servers ended before they were there.");
  });
  const [message]: unknown[] = await Promise.race([once(child, "message"), died]);
  return {
    ...Servers.parse(message),
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exited;
    },
  };
}
