import type { RunningChecksum, StoredObject } from "@waybill/core";
import type { ByteRange } from "./byte-range.ts";

const READ_BYTES = 512 * 1024;
const MAX_JOURNAL_BYTES = 64 * 1024 ** 2; // 5 TiB in ranges of 16 MiB take a tenth of it
const RECORD = /^(\d{1,9}) ([A-Za-z0-9+/]+={0,2})$/;

/** A file that can be read and written anywhere. */
export interface RandomAccessFile {
  sizeBytes(): Promise<number>;
  /**
   * Bytes from there on, fewer than asked for only at the end.
   *
   * @returns what is good until the next read
   */
  read(position: number, byteCount: number): Promise<Uint8Array>;
  /** All of the bytes; they may be gone afterwards. */
  write(bytes: Uint8Array<ArrayBuffer>, position: number): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
}

/**
 * A file that becomes an object, range by range. Behind the object's bytes stands a journal: one line
 * that says of what object they are, then one for each range that is whole, with its checksum. So a
 * process that was killed leaves one file, which says itself how far it had come.
 */
export interface PartFile {
  /** The checksum of each range that is there, by its index. */
  done: ReadonlyMap<number, string>;
  write(bytes: Uint8Array<ArrayBuffer>, position: number): Promise<void>;
  /** Note that a range is whole. */
  finish(index: number, checksum: string): Promise<void>;
  /** A range is about to be written once more. */
  forget(index: number): void;
  /** Take the journal away: what is left is the object. */
  seal(): Promise<void>;
}

/**
 * Go on with what an open file holds of this object, or begin anew.
 *
 * What the journal says is a claim: a range counts as done only when its bytes still have their checksum, so
 * that neither a torn write nor a lost page of a machine that lost its power can come through.
 */
export async function openPartFile(options: {
  file: RandomAccessFile;
  object: StoredObject;
  ranges: readonly ByteRange[];
  /** Of a range. */
  startChecksum: () => RunningChecksum;
  signal: AbortSignal;
}): Promise<PartFile> {
  const { file, object, ranges, startChecksum, signal } = options;
  const { key, eTag, sizeBytes } = object;
  const title = `\n${JSON.stringify({ waybill: 1, key, eTag, sizeBytes, rangeBytes: ranges[0]?.end ?? 0 })}\n`;
  const done = new Map<number, string>();
  for (const [index, checksum] of await readJournal(file, sizeBytes, title)) {
    const range = ranges[index];
    if (range !== undefined && (await checksumOfFile(file, range, startChecksum(), signal)) === checksum)
      done.set(index, checksum);
  }
  let end = sizeBytes;
  const append = async (text: string) => {
    const line = new TextEncoder().encode(text);
    const at = end;
    end += line.length; // before the wait: ranges finish side by side
    await file.write(line, at);
  };
  if (ranges.length > 1) {
    // The journal is written anew, so that nothing unproven is left in it.
    await file.truncate(done.size === 0 ? 0 : sizeBytes);
    await append(title + [...done].map(([index, checksum]) => `${index} ${checksum}\n`).join(""));
  }
  return {
    done,
    write: (bytes, position) => file.write(bytes, position),
    async finish(index, checksum) {
      done.set(index, checksum);
      if (ranges.length > 1) await append(`${index} ${checksum}\n`); // else it starts over anyway
    },
    forget: (index) => void done.delete(index), // of what the journal says, the last line counts

    seal: () => file.truncate(sizeBytes),
  };
}

/** The ranges that a journal names; none when it is of another object, or there is none. */
async function readJournal(
  file: RandomAccessFile,
  start: number,
  title: string,
): Promise<Map<number, string>> {
  const claims = new Map<number, string>();
  const size = await file.sizeBytes();
  if (size <= start || size - start > MAX_JOURNAL_BYTES) return claims;
  const text = new TextDecoder().decode(await file.read(start, size - start));
  if (!text.startsWith(title)) return claims;
  for (const line of text.slice(title.length).split("\n")) {
    const [, index, checksum] = RECORD.exec(line) ?? [];
    if (checksum !== undefined) claims.set(Number(index), checksum);
  }
  return claims;
}

async function checksumOfFile(
  file: RandomAccessFile,
  { start, end }: ByteRange,
  checksum: RunningChecksum,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let position = start; position < end;) {
    signal.throwIfAborted();
    const bytes = await file.read(position, Math.min(READ_BYTES, end - position));
    if (bytes.length === 0) return undefined;
    checksum.update(bytes);
    position += bytes.length;
  }
  return checksum.digest();
}
