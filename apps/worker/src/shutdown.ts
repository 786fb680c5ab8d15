/** Aborts when the process is told to stop: by a signal, or because whoever started it is gone. */
export function shutdownSignal(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, stop);
  process.once("disconnect", stop);
  return controller.signal;
}
