import { Readable } from "node:stream";
import type { S3Request, S3Response } from "../s3/operation.ts";
import type { ByteFault } from "./byte-faults.ts";

/**
 * Run an operation on a request whose body has a fault.
 *
 * Not a pipeline, and no iterator of Node's: each of them would keep `send-bytes.ts` from reading over what
 * an operation left unread, and the client would never see the answer.
 */
export async function withFaultyRequestBody(
  request: S3Request,
  options: { fault: ByteFault; run: (request: S3Request) => Promise<S3Response> },
): Promise<S3Response> {
  const { body } = request;
  let reader: ChunkReader | undefined;
  const open = (): Readable => {
    reader = createChunkReader(body.open());
    return Readable.from(options.fault(reader.chunks()), { objectMode: false });
  };
  try {
    return await options.run({ ...request, body: { ...body, open } });
  } finally {
    reader?.stop();
  }
}

/** The same answer, if it has a body, with a fault in it. */
export function withFaultyResponseBody(answer: S3Response, fault: ByteFault): S3Response {
  const { body = "" } = answer;
  if (body === "") return answer;
  if (typeof body !== "string") return { ...answer, body: fault(body) };
  const bytes = Buffer.from(body);
  return {
    ...answer,
    headers: {
      "content-type": "application/xml",
      ...answer.headers,
      "content-length": String(bytes.length),
    },
    body: fault([bytes]),
  };
}

export function bodyBytes({ body = "", headers }: S3Response): number {
  return typeof body === "string" ? Buffer.byteLength(body) : Number(headers?.["content-length"] ?? 0);
}

interface ChunkReader {
  chunks(): AsyncGenerator<Buffer, void, void>;
  /** Leave the stream alone, whoever may read the rest of it. */
  stop(): void;
}

function createChunkReader(source: Readable): ChunkReader {
  let wanted = Promise.withResolvers<Buffer | undefined>();
  const onData = (chunk: Buffer): void => {
    source.pause();
    wanted.resolve(chunk);
  };
  const onEnd = (): void => wanted.resolve(undefined);
  const onError = (error: unknown): void => wanted.reject(error);
  const onClose = (): void => wanted.reject(new Error("the stream closed before its end"));
  return {
    async *chunks() {
      source.on("data", onData).once("end", onEnd).once("error", onError).once("close", onClose);
      for (;;) {
        wanted = Promise.withResolvers();
        // Whoever closed before now says nothing any more.
        if (source.readableEnded) onEnd();
        else if (source.destroyed) onClose();
        else source.resume();
        const chunk = await wanted.promise;
        if (chunk === undefined) return;
        yield chunk;
      }
    },
    stop() {
      source.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
    },
  };
}
