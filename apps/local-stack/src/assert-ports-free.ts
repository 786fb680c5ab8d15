import { once } from "node:events";
import { createServer } from "node:net";
import { PORT_VARIABLES } from "./env.ts";

/** @throws naming every port that is taken, and the variable that chooses another */
export async function assertPortsFree(
  ports: Partial<Record<keyof typeof PORT_VARIABLES, number>>,
): Promise<void> {
  const problems: string[] = [];
  for (const name of ["web", "api", "aws", "oidc", "gateway", "cloudfront", "stream"] as const) {
    const port = ports[name];
    if (port !== undefined && !(await isFree(port))) {
      problems.push(`Port ${port} is taken by another program: set ${PORT_VARIABLES[name]} to a free one.`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host: "127.0.0.1", exclusive: true });
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
}
