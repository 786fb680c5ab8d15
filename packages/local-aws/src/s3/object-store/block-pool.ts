/** Gathered before each write, so that 64 KiB chunks of a socket cost few system calls. */
const BLOCK_BYTES = 512 * 1024;
/** Kept for the next uploads; beyond it they are left to the garbage collector. */
const MAX_FREE_PAIRS = 8;

type BlockPair = readonly [Uint8Array, Uint8Array];

/** Memory for uploads, shared with the threads that hash. */
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

function createBlock(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
}
