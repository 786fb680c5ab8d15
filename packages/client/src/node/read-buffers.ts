/** As much as the kernel copies in one go without a wait that would be noticed. */
const READ_BYTES = 512 * 1024;

const idle: Buffer[] = [];

/**
 * A buffer to read a file into, to be given back. They are used again and again: what is allocated for each
 * read would stay until the next garbage collection, and be most of what the process holds.
 */
export function takeReadBuffer(): Buffer {
  return idle.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
}

export function giveBackReadBuffer(buffer: Buffer): void {
  idle.push(buffer);
}
