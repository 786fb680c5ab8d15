import { createLocalDigests } from "../checksums/running-digests.ts";
import { createBlockFiller } from "../object-store/fill-blocks.ts";
import { S3Error } from "../s3-error.ts";
import type { Payload } from "../sigv4/payload.ts";
import { parseBodyChecks } from "./body-checks.ts";
import type { RequestBody } from "./request-body.ts";

/**
 * Read a small body, such as XML, into memory and check what the request promises about it.
 *
 * @throws {S3Error} `MissingContentLength`, `MaxMessageLengthExceeded`, `IncompleteBody`, and those of the checks
 */
export async function readBody(options: {
  body: RequestBody;
  headers: ReadonlyMap<string, string>;
  payload: Payload;
  maxBytes: number;
}): Promise<{ bytes: Buffer; isProtected: boolean }> {
  const { body, maxBytes } = options;
  const checks = parseBodyChecks(options);
  const bytes = body.isPresent ? await collect(body, maxBytes) : Buffer.alloc(0);
  const digests = createLocalDigests(checks.digests);
  await digests.update(bytes);
  checks.check(await digests.finish(), body.trailers());
  return {
    bytes,
    isProtected: checks.hasContentMd5 || checks.declaredAlgorithm !== undefined,
  };
}

/**
 * The same for the few operations that must not act on a damaged body.
 *
 * @throws {S3Error} `InvalidRequest` without Content-MD5 and without a checksum
 */
export async function readProtectedBody(options: Parameters<typeof readBody>[0]): Promise<Buffer> {
  const { bytes, isProtected } = await readBody(options);
  if (isProtected) return bytes;
  throw new S3Error("InvalidRequest", {
    message: "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
  });
}

async function collect(body: RequestBody, maxBytes: number): Promise<Buffer> {
  if (body.declaredBytes === undefined) throw new S3Error("MissingContentLength");
  if (body.declaredBytes > maxBytes) throw new S3Error("MaxMessageLengthExceeded");
  const bytes = Buffer.alloc(body.declaredBytes + 1); // never full, so that it ends with the stream
  const filler = createBlockFiller(body.open());
  try {
    return bytes.subarray(0, await filler.fill(bytes));
  } catch (cause) {
    throw cause instanceof S3Error ? cause : new S3Error("IncompleteBody", { cause });
  } finally {
    filler.stop();
  }
}
