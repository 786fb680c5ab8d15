import { Writable } from "node:stream";

/** Says that what is streamed begins with a prelude. */
export const INTEGRATION_RESPONSE = "application/vnd.awslambda.http-integration-response";

/** What a function writes its answer to: bytes, of which the one who asked sees nothing before they are written. */
export class ResponseStream extends Writable {
  contentType = "application/octet-stream";
  /** Written before the first bytes, as the Node runtime does: an answer without a single write has none of it. */
  beforeFirstWrite: Buffer | undefined;
  readonly #take: (bytes: Buffer) => Promise<void>;

  constructor(take: (bytes: Buffer) => Promise<void>) {
    super({ highWaterMark: 64 * 1024 });
    this.#take = take;
  }

  setContentType(contentType: string): void {
    this.contentType = contentType;
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    void this.#pass(chunk, done);
  }

  async #pass(chunk: Buffer, done: (error?: Error) => void): Promise<void> {
    const prelude = this.beforeFirstWrite;
    this.beforeFirstWrite = undefined;
    try {
      await this.#take(prelude === undefined ? chunk : Buffer.concat([prelude, chunk]));
    } catch (error) {
      return done(error instanceof Error ? error : new Error(String(error)));
    }
    return done();
  }
}
