import * as z from "zod/mini";

/** Status, headers and cookies, as JSON, before the body. */
export const Prelude = z.strictObject({
  statusCode: z._default(z.int().check(z.minimum(200), z.maximum(599)), 200),
  headers: z._default(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), () => ({})),
  cookies: z._default(z.array(z.string()), () => []),
});
export type Prelude = z.infer<typeof Prelude>;

const SEPARATOR = Buffer.alloc(8);
/** Far more than any headers take. */
const MAX_PRELUDE_BYTES = 64 * 1024;

/**
 * Collects what a function writes until its prelude is whole: eight zero bytes end it.
 *
 * @returns undefined until then, and afterwards the prelude with the bytes of the body that came along
 * @throws {Error} for what is no prelude
 */
export function createPreludeReader(): (bytes: Buffer) => { prelude: Prelude; rest: Buffer } | undefined {
  let kept = Buffer.alloc(0);
  return (bytes) => {
    kept = Buffer.concat([kept, bytes]);
    const end = kept.indexOf(SEPARATOR);
    if (end < 0 && kept.length <= MAX_PRELUDE_BYTES) return undefined;
    if (end < 0) throw new Error("the prelude has no end");
    const prelude = Prelude.parse(JSON.parse(kept.subarray(0, end).toString()));
    return { prelude, rest: kept.subarray(end + SEPARATOR.length) };
  };
}
