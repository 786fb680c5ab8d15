import { WaybillError } from "@waybill/core";

const REASONS: Record<string, (name: string) => string> = {
  QuotaExceededError: (name) => `There is no room for ${name}.`,
  NotAllowedError: (name) => `${name} may not be written.`,
  NotFoundError: (name) => `${name} is no longer there.`,
  NoModificationAllowedError: (name) => `${name} is being written by somebody else.`,
};

/**
 * Do something with a file that somebody asked for, so that a failure says what it means.
 *
 * @throws {WaybillError} `LOCAL_FILE`
 */
export async function writingTo<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof WaybillError) throw error;
    const reason = error instanceof DOMException ? REASONS[error.name]?.(name) : undefined;
    throw new WaybillError("LOCAL_FILE", reason ?? `${name} cannot be written.`, { cause: error });
  }
}
