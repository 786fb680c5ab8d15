import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { DigestName } from "./create-digest.ts";
import type { DigestReply, DigestRequest } from "./digest-thread.ts";
import type { RunningDigests } from "./running-digests.ts";

const MAX_THREADS = 4;
/** Beside this file, in the sources and in the bundle. */
const THREAD = new URL(`./digest-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * Threads that hash while the first one moves bytes: MD5 alone takes longer than all the rest of an
 * upload. They are started when the first large body comes, and keep no process alive.
 */
export interface DigestThreads {
  /** Blocks for its `update` lie in a SharedArrayBuffer, so that they need not be copied. */
  open(names: readonly DigestName[]): Promise<RunningDigests>;
  close(): Promise<void>;
}

export function createDigestThreads(): DigestThreads {
  const threads = new Set<DigestThread>();
  const threadLimit = Math.max(1, Math.min(availableParallelism() - 1, MAX_THREADS)); // one is for the bytes
  let lastStream = 0;

  const pick = (): DigestThread => {
    const [idlest] = [...threads].toSorted((a, b) => a.streams - b.streams);
    const mayStart = threads.size < threadLimit;
    if (idlest !== undefined && (idlest.streams === 0 || !mayStart)) return idlest;
    const started = startThread(() => threads.delete(started));
    threads.add(started);
    return started;
  };

  return {
    async open(names) {
      const thread = pick();
      const stream = ++lastStream;
      thread.streams += 1;
      await thread.ask({ kind: "open", stream, names });
      return {
        async update(block) {
          await thread.ask({ kind: "update", stream, block });
        },
        async finish() {
          thread.streams -= 1;
          const results = await thread.ask({ kind: "finish", stream });
          return new Map(results.map(([name, bytes]) => [name, Buffer.from(bytes)]));
        },
        discard() {
          thread.streams -= 1;
          thread.ask({ kind: "discard", stream }).catch(() => {}); // a thread that is gone has nothing left
        },
      };
    },
    async close() {
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}

interface DigestThread {
  /** How many streams it works for. */
  streams: number;
  ask(request: DigestRequest): Promise<DigestReply>;
  end(): Promise<unknown>;
}

function startThread(onEnd: () => void): DigestThread {
  const worker = new Worker(THREAD);
  const waiting: PromiseWithResolvers<DigestReply>[] = []; // replies come in the order of the requests
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    onEnd();
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.unref();
  worker.on("message", (reply: DigestReply) => waiting.shift()?.resolve(reply));
  worker.once("error", fail);
  worker.once("exit", () => fail(new Error("the thread that hashes has ended")));
  return {
    streams: 0,
    ask(request) {
      if (failure !== undefined) return Promise.reject(failure);
      const reply = Promise.withResolvers<DigestReply>();
      waiting.push(reply);
      worker.postMessage(request);
      return reply.promise;
    },
    end: () => worker.terminate(),
  };
}
