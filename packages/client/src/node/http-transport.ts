import type { ClientRequest } from "node:http";
import { WaybillError } from "@waybill/core";
import type { Transport, TransportOptions, TransportResponse } from "../engine/platform.ts";
import type { FileRange } from "./file-source.ts";
import { HttpAgent, httpRequest, HttpsAgent, httpsRequest } from "./http-modules.ts";
import { giveBackBuffer, takeBuffer } from "./transfer-buffers.ts";

const MAX_TEXT_BYTES = 64 * 1024;

/**
 * Sends ranges of files with node:http. Each request reads into two buffers in turn, one being
 * filled while the other is on its way to the kernel, so that memory does not depend on part size.
 * (`fetch` would hold a whole body in memory.)
 */
export function createHttpTransport(): { transport: Transport<FileRange>; close: () => void } {
  const agents = {
    "http:": new HttpAgent({ keepAlive: true }),
    "https:": new HttpsAgent({ keepAlive: true }),
  };

  const transport: Transport<FileRange> = async ({ method, url, headers }, body, options) => {
    const { signal, fresh } = options;
    signal.throwIfAborted();
    const secure = url.startsWith("https:");
    const request = (secure ? httpsRequest : httpRequest)(url, {
      method,
      headers: { ...headers, "content-length": String(body.end - body.start) },
      agent: fresh ? false : agents[secure ? "https:" : "http:"],
      signal,
    });
    const answered = answerOf(request);
    const buffers = [takeBuffer(), takeBuffer()] as const;
    try {
      const [response] = await Promise.all([
        answered,
        sendRange(request, body, buffers, { ...options, answered }),
      ]);
      // A refusal that came early leaves a request that is half sent: nothing of it can be used again.
      if (request.writableFinished) buffers.forEach(giveBackBuffer);
      else request.destroy();
      return response;
    } catch (error) {
      request.destroy();
      signal.throwIfAborted();
      if (error instanceof WaybillError) throw error;
      throw new WaybillError("STORAGE_UNREACHABLE", undefined, { cause: error });
    }
  };

  return {
    transport,
    close() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

async function sendRange(
  request: ClientRequest,
  { read, start, end }: FileRange,
  buffers: readonly [Buffer, Buffer],
  options: TransportOptions & { answered: Promise<unknown> },
): Promise<void> {
  // An answer before the end of the body is a refusal: what is left need not be sent.
  const answer = { arrived: false };
  const onAnswer = () => {
    answer.arrived = true;
  };
  options.answered.then(onAnswer, onAnswer);
  let flushed: Promise<void> = Promise.resolve();
  let turn: 0 | 1 = 0;
  for (let position = start; position < end && !answer.arrived; turn = turn === 0 ? 1 : 0) {
    const buffer = buffers[turn];
    const bytesRead = await read(buffer.subarray(0, Math.min(buffer.length, end - position)), position);
    if (bytesRead === 0)
      throw new WaybillError("SOURCE_CHANGED", "The file became shorter while it was being sent.");
    await flushed; // the other buffer
    await options.pace?.(bytesRead, options.signal);
    position += bytesRead;
    const sent = position - start;
    flushed = write(request, buffer.subarray(0, bytesRead)).then(() => options.onSent(sent));
    flushed.catch(() => {}); // awaited in the next turn, or after the loop
  }
  if (answer.arrived) return;
  await flushed;
  request.end();
}

function write(request: ClientRequest, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    request.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function answerOf(request: ClientRequest): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        if (size < MAX_TEXT_BYTES) chunks.push(chunk);
        size += chunk.length;
      });
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).subarray(0, MAX_TEXT_BYTES).toString("utf8");
        resolve({
          status: response.statusCode ?? 0,
          text,
          retryAfter: response.headers["retry-after"],
          eTag: response.headers.etag,
          checksum: response.headersDistinct["x-amz-checksum-crc64nvme"]?.[0],
        });
      });
    });
  });
}
