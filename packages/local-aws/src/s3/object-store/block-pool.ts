/** Gathered before each write, so that 64 KiB chunks of a socket cost few system calls. */
const BLOCK_BYTES = 512 * 1024;
/** Kept for the next uploads; beyond it they are left to the garbage collector. */
const MAX_FREE_PAIRS = 32;

type BlockPair = readonly [Uint8Array, Uint8Array];

/** Memory for large uploads, shared with the threads that hash. */
export interface BlockPool {
  take(): BlockPair;
  /** When nothing reads or writes them any more. */
  give(pair: BlockPair): void;
}

export function createBlockPool(): BlockPool {
  const free: BlockPair[] = [];
  return {
    take: () => free.pop() ?? [createBlock(), createBlock()],
    give(pair) {
      if (free.length < MAX_FREE_PAIRS) free.push(pair);
    },
  };
}

/** For an upload of so many bytes: all of it fits into the first, and the second finds that no more comes. */
export function createSmallPair(sizeBytes: number): BlockPair {
  return [Buffer.allocUnsafe(sizeBytes + 1), Buffer.allocUnsafe(1)];
}

function createBlock(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
}
