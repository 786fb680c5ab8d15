import { once } from "node:events";
import type { Server } from "node:http";

/** A server on loopback that can go away, with all its connections, and come back at the same port. */
export interface Gate extends AsyncDisposable {
  origin: string;
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
}

export async function openGate(server: Server): Promise<Gate> {
  const listen = async (port: number): Promise<number> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The server has no port.");
    return address.port;
  };
  const goDown = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  const port = await listen(0);
  return {
    origin: `http://127.0.0.1:${port}`,
    goDown,
    async comeUp() {
      if (!server.listening) await listen(port);
    },
    [Symbol.asyncDispose]: goDown,
  };
}
