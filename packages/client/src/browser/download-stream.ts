import type { StoredObject } from "@waybill/core";
import { download, type DownloadOptions } from "../engine/download.ts";
import type { EngineDeps } from "../engine/engine-deps.ts";
import type { Bytes } from "../engine/read-from.ts";

/** An object as a stream, which fails at its end unless it is what the store vouches for. */
export async function downloadStream(
  deps: EngineDeps,
  key: string,
  options: DownloadOptions | undefined,
): Promise<{ object: StoredObject; stream: ReadableStream<Bytes> }> {
  const { object, chunks } = await download(deps, key, options);
  return { object, stream: streamOf(chunks) };
}

// ReadableStream.from is not in every browser yet.
function streamOf(chunks: AsyncGenerator<Bytes, void, undefined>): ReadableStream<Bytes> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return();
    },
  });
}
