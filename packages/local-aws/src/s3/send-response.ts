import type { IncomingMessage, ServerResponse } from "node:http";
import { sendBytes } from "../send-bytes.ts";
import type { RequestBody } from "./body/request-body.ts";
import type { S3Response } from "./operation.ts";

/** Rejects when the client is gone or the bytes cannot be read: the answer is then cut short. */
export async function sendResponse(
  exchange: { message: IncomingMessage; response: ServerResponse; body: RequestBody },
  answer: S3Response,
): Promise<void> {
  const { message, response, body } = exchange;
  const content = answer.body ?? "";
  try {
    if (typeof content === "string") {
      await sendBytes(
        { message, response, wasContinued: body.isOpen() },
        {
          status: answer.status,
          headers: {
            ...(content === "" ? {} : { "content-type": "application/xml" }),
            ...answer.headers,
          },
          bytes: Buffer.from(content),
        },
      );
    } else {
      response.writeHead(answer.status, { ...answer.headers });
      await writeChunks(response, content);
    }
  } finally {
    await answer.release?.();
  }
}

/** One at a time, since a chunk is good only until the next one is asked for. */
async function writeChunks(response: ServerResponse, chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of chunks) await writeChunk(response, chunk);
  response.end();
}

function writeChunk(response: ServerResponse, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(new Error("the client is gone"));
    if (response.destroyed) return onClose();
    response.once("close", onClose);
    response.write(chunk, (error) => {
      response.off("close", onClose);
      if (error) reject(error);
      else resolve();
    });
  });
}
