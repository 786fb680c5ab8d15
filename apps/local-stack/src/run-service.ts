/** What a service says to the stack that started it. */
export type ServiceMessage = { type: "ready" } | { type: "failed"; reason: string };

/**
 * Run one service in a process of its own, until it is told to stop or whoever started it is gone.
 *
 * @param start - starts it and answers how to stop it
 */
export async function runService(start: () => Promise<{ close: () => Promise<void> }>): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
    process.once("disconnect", resolve);
  });
  try {
    const service = await start();
    tell({ type: "ready" });
    await stopped;
    await service.close();
    process.exit(0);
  } catch (error) {
    tell({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}

function tell(message: ServiceMessage) {
  process.send?.(message);
}
