const encoder = new TextEncoder();
let scratch = new Uint8Array(4096);

/** A text's bytes, until the next call: they lie in one place for all. */
export function utf8(text: string): Uint8Array {
  if (scratch.length < 3 * text.length) scratch = new Uint8Array(3 * text.length);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}
