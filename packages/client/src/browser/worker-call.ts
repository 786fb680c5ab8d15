/** What a worker answers: over a port of its own for each call, so that answers find their callers. */
type WorkerAnswer<T> = { ok: true; value: T } | { ok: false; error: unknown };

const READY_MS = 10_000;

/**
 * Wait until a new worker has said that it is there.
 *
 * @param create - may throw
 * @returns undefined where there is none to be had: the page's policy forbids it, its script is not
 *   where the bundler should have put it, or does not come
 */
export async function startWorker(create: () => Worker): Promise<Worker | undefined> {
  const over = new AbortController();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  try {
    const worker = create();
    worker.addEventListener("message", () => resolve(true), { signal: over.signal });
    worker.addEventListener("error", () => resolve(false), { signal: over.signal });
    const timer = setTimeout(() => resolve(false), READY_MS);
    const isReady = await promise;
    clearTimeout(timer);
    over.abort();
    if (isReady) return worker;
    worker.terminate();
  } catch {
    // The same to us.
  }
  return undefined;
}

/** Ask a worker; what it throws is thrown here, as what it is. An abort of the signal reaches it as well. */
export function callWorker<T>(
  worker: Worker,
  message: unknown,
  options: { signal?: AbortSignal; transfer?: Transferable[] } = {},
): Promise<T> {
  const { signal, transfer = [] } = options;
  const { port1, port2 } = new MessageChannel();
  return new Promise<T>((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = () => {
      port1.postMessage("abort");
      port1.close();
      reject(signal?.reason);
    };
    port1.addEventListener("message", ({ data }: MessageEvent<WorkerAnswer<T>>) => {
      signal?.removeEventListener("abort", onAbort);
      port1.close();
      if (data.ok) resolve(data.value);
      else reject(data.error);
    });
    port1.start();
    signal?.addEventListener("abort", onAbort, { once: true });
    worker.postMessage(message, [port2, ...transfer]);
  });
}

/** The worker's side: do the work of one call, and answer it. */
export function answerCall(
  port: MessagePort | undefined,
  work: (signal: AbortSignal) => Promise<{ value: unknown; transfer?: Transferable[] }>,
): void {
  const aborted = new AbortController();
  port?.addEventListener("message", () => aborted.abort());
  port?.start();
  work(aborted.signal).then(
    ({ value, transfer = [] }) => port?.postMessage({ ok: true, value }, transfer),
    (error: unknown) => port?.postMessage({ ok: false, error }),
  );
}

/** The worker's side: say that it is there. */
export function announceReady(): void {
  postMessage("ready");
}
