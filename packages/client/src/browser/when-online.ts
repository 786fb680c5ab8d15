/** Undefined while the browser thinks that there is a network; else resolves when there is one again. */
export function whenOnline(signal: AbortSignal): Promise<void> | undefined {
  if (navigator.onLine) return undefined;
  return new Promise((resolve, reject) => {
    addEventListener("online", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
