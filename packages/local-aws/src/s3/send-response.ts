import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
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
      await pipeline(content, response);
    }
  } finally {
    await answer.release?.();
  }
}
