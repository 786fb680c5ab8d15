import { WaybillError } from "@waybill/core";

const REASONS: Record<string, (path: string) => string> = {
  ENOSPC: (path) => `The disk is full: ${path}.`,
  EDQUOT: (path) => `The disk quota is used up: ${path}.`,
  ENOENT: (path) => `The folder of ${path} does not exist.`,
  ENOTDIR: (path) => `The folder of ${path} does not exist.`,
  EISDIR: (path) => `${path} is a directory.`,
  EACCES: (path) => `${path} may not be written.`,
  EPERM: (path) => `${path} may not be written.`,
  EROFS: (path) => `${path} is on a disk that may only be read.`,
  ENAMETOOLONG: (path) => `The name is too long: ${path}.`,
};

/**
 * Do something with the file that somebody asked for, so that a failure names that file and not the
 * temporary one beside it.
 *
 * @throws {WaybillError} `LOCAL_FILE`
 */
export async function writingTo<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof WaybillError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const sentence = REASONS[code]?.(path) ?? `${path} cannot be written.`;
    throw new WaybillError("LOCAL_FILE", sentence, { cause: error });
  }
}
