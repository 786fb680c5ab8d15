/** `41 57 53 34`, as Amazon prints what it hashed. */
export function toHexBytes(text: string): string {
  return Buffer.from(text, "latin1")
    .toString("hex")
    .replaceAll(/(..)(?=.)/g, "$1 ");
}
