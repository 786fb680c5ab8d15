import { parentPort } from "node:worker_threads";
import type { DigestName } from "./create-digest.ts";
import { createLocalDigests, type RunningDigests } from "./running-digests.ts";

/*
 * The other end of digest-threads.ts. Every request gets one reply, in the order of the requests.
 */
export type DigestRequest =
  | { kind: "open"; stream: number; names: readonly DigestName[] }
  | { kind: "update"; stream: number; block: Uint8Array }
  | { kind: "finish"; stream: number }
  | { kind: "discard"; stream: number };

/** Of `finish`; the others have nothing to say. */
export type DigestReply = readonly (readonly [DigestName, Uint8Array])[];

const streams = new Map<number, RunningDigests>();
let work = Promise.resolve();

parentPort?.on("message", (request: DigestRequest) => {
  work = work.then(async () => parentPort?.postMessage(await answer(request)));
});

async function answer(request: DigestRequest): Promise<DigestReply> {
  const { stream } = request;
  if (request.kind === "open") {
    streams.set(stream, createLocalDigests(request.names));
    return [];
  }
  const digests = streams.get(stream);
  if (digests === undefined) throw new Error("bytes came for digests that were never begun");
  if (request.kind === "update") {
    await digests.update(request.block);
    return [];
  }
  streams.delete(stream);
  return request.kind === "finish" ? [...(await digests.finish())] : [];
}
