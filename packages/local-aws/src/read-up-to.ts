import type { IncomingMessage } from "node:http";

/**
 * Read a body into memory, and no further than a limit.
 *
 * @returns why not, if not: the connection is still good for an answer after `too-large`
 */
export async function readUpTo(
  maxBytes: number,
  { message, sendContinue }: { message: IncomingMessage; sendContinue: () => void },
): Promise<Buffer | "too-large" | "cut-short"> {
  if (Number(message.headers["content-length"] ?? 0) > maxBytes) return "too-large";
  sendContinue();
  const kept: Buffer[] = [];
  let sizeBytes = 0;
  // Stopping early must not destroy the connection, which still has to carry the answer.
  const chunks: AsyncIterable<Buffer> = message.iterator({ destroyOnReturn: false });
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) return "too-large";
      kept.push(chunk);
    }
  } catch {
    return "cut-short"; // the client has gone
  }
  return Buffer.concat(kept);
}
