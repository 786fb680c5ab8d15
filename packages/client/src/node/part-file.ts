import type { FileHandle } from "node:fs/promises";
import { createCrc64Nvme, type StoredObject } from "@waybill/core";
import { createPositionalWriter } from "./positional-writer.ts";
import type { ByteRange } from "./request-range.ts";

const READ_BYTES = 512 * 1024;
const MAX_JOURNAL_BYTES = 64 * 1024 ** 2; // 5 TiB in ranges of 16 MiB take a tenth of it
const RECORD = /^(\d{1,9}) ([A-Za-z0-9+/]{11}=)$/;

/**
 * A file that becomes an object, range by range. Behind the object's bytes stands a journal: one line
 * that says of what object they are, then one for each range that is whole, with its CRC64NVME. So a
 * process that was killed leaves one file, which says itself how far it had come.
 */
export interface PartFile {
  /** The CRC64NVME of each range that is there, by its index. */
  done: ReadonlyMap<number, string>;
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Note that a range is whole. */
  finish(index: number, checksum: string): Promise<void>;
  /** Take the journal away: what is left is the object. */
  seal(): Promise<void>;
}

/**
 * Go on with what an open file holds of this object, or begin anew.
 *
 * What the journal says is a claim: a range counts as done only when its bytes still have their CRC, so
 * that neither a torn write nor a lost page of a machine that lost its power can come through.
 */
export async function openPartFile(options: {
  handle: FileHandle;
  object: StoredObject;
  ranges: readonly ByteRange[];
  signal: AbortSignal;
}): Promise<PartFile> {
  const { handle, object, ranges, signal } = options;
  const { key, eTag, sizeBytes } = object;
  const title = `\n${JSON.stringify({ waybill: 1, key, eTag, sizeBytes, rangeBytes: ranges[0]?.end ?? 0 })}\n`;
  const done = new Map<number, string>();
  for (const [index, checksum] of await readJournal(handle, sizeBytes, title)) {
    const range = ranges[index];
    if (range !== undefined && (await checksumOfFile(handle, range, signal)) === checksum)
      done.set(index, checksum);
  }
  const write = createPositionalWriter(handle);
  let end = sizeBytes;
  const append = async (text: string) => {
    const line = Buffer.from(text);
    const at = end;
    end += line.length; // before the wait: ranges finish side by side
    await write(line, at);
  };
  if (ranges.length > 1) {
    // The journal is written anew, so that nothing unproven is left in it.
    await handle.truncate(done.size === 0 ? 0 : sizeBytes);
    await append(title + [...done].map(([index, checksum]) => `${index} ${checksum}\n`).join(""));
  }
  return {
    done,
    write,
    async finish(index, checksum) {
      if (ranges.length > 1) await append(`${index} ${checksum}\n`);
    },
    seal: () => handle.truncate(sizeBytes),
  };
}

/** The ranges that a journal names; none when it is of another object, or there is none. */
async function readJournal(handle: FileHandle, start: number, title: string): Promise<Map<number, string>> {
  const claims = new Map<number, string>();
  const { size } = await handle.stat();
  if (size <= start || size - start > MAX_JOURNAL_BYTES) return claims;
  const journal = Buffer.alloc(size - start);
  await handle.read(journal, 0, journal.length, start);
  const text = journal.toString("utf8");
  if (!text.startsWith(title)) return claims;
  for (const line of text.slice(title.length).split("\n")) {
    const [, index, checksum] = RECORD.exec(line) ?? [];
    if (checksum !== undefined) claims.set(Number(index), checksum);
  }
  return claims;
}

async function checksumOfFile(
  handle: FileHandle,
  { start, end }: ByteRange,
  signal: AbortSignal,
): Promise<string | undefined> {
  const checksum = createCrc64Nvme();
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (let position = start; position < end;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - position), position);
    if (bytesRead === 0) return undefined;
    checksum.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return checksum.digest();
}
