/** As much as the kernel copies in one go without a wait that would be noticed. */
const BUFFER_BYTES = 512 * 1024;

const idle: Buffer<ArrayBuffer>[] = [];

/**
 * A buffer between a file and a socket, to be given back. They are used again and again: what is allocated for
 * each read would stay until the next garbage collection, and be most of what the process holds.
 */
export function takeBuffer(): Buffer<ArrayBuffer> {
  return idle.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
}

export function giveBackBuffer(buffer: Buffer<ArrayBuffer>): void {
  idle.push(buffer);
}
