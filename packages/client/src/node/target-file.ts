import { openPartFile, type RandomAccessFile } from "../engine/part-file.ts";
import type { TargetFile, WantedFile } from "../engine/target-file.ts";
import { writingTo } from "./local-file-error.ts";
import { randomAccessFile } from "./random-access-file.ts";
import { openTemporaryFile } from "./temporary-file.ts";

/**
 * A file that appears under its name whole and verified, or not at all.
 *
 * It is not forced out of the kernel's memory first (fsync): a process that dies loses nothing, and on
 * a machine that loses its power that is as true of any file that was just written. Waiting for the
 * disk would cost more than the download; who needs it can sync the file that was returned.
 *
 * @param asked - what it was called by whoever wants it
 */
export async function openTargetFile(path: string, asked: string, wanted: WantedFile): Promise<TargetFile> {
  // What is one range starts over anyway, so there is no need to search the folder.
  const takeOver = wanted.ranges.length > 1;
  const writing = <T>(run: () => Promise<T>) => writingTo(asked, run);
  const temporary = await writing(() => openTemporaryFile(path, { takeOver }));
  const bare = randomAccessFile(temporary.handle);
  const file: RandomAccessFile = {
    sizeBytes: () => writing(() => bare.sizeBytes()),
    read: (position, byteCount) => writing(() => bare.read(position, byteCount)),
    write: (bytes, position) => writing(() => bare.write(bytes, position)),
    truncate: (sizeBytes) => writing(() => bare.truncate(sizeBytes)),
  };
  try {
    const part = await openPartFile({ file, ...wanted });
    return {
      part,
      publish: () =>
        writing(async () => {
          await part.seal();
          await temporary.publish();
        }),
      keep: () => temporary.keep(),
      discard: () => temporary.discard(),
    };
  } catch (error) {
    // It was not even looked at what there is: that stays.
    await (wanted.signal.aborted ? temporary.keep() : temporary.discard());
    throw error;
  }
}
