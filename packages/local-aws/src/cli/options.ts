import { resolve } from "node:path";
import * as z from "zod/mini";
import { checkBucketName } from "../s3/bucket-name.ts";
import { CHECKSUM_SUPPORT, type ChecksumSupport } from "../s3/checksums/checksum-support.ts";
import { S3Error } from "../s3/s3-error.ts";
import { UsageError } from "./usage-error.ts";

/** Not one of `npm start`, nor LocalStack's 4566. */
export const DEFAULT_PORT = 4330;
export const DEFAULT_DATA_DIR = ".waybill/local-aws";
export const DEFAULT_REGION = "us-east-1";

/** What the server and the exports that lead to it must agree on. */
export interface PlaceOptions {
  port: number;
  dataDir: string;
  region: string;
}

export interface ServeOptions extends PlaceOptions {
  buckets: readonly string[];
  corsOrigins: readonly string[];
  checksums: ChecksumSupport;
  controlPort: number | undefined;
  isQuiet: boolean;
}

/** As commander hands them over. */
const Place = z.object({
  port: z._default(z.string(), String(DEFAULT_PORT)),
  data: z._default(z.string(), DEFAULT_DATA_DIR),
  region: z._default(z.string(), DEFAULT_REGION),
});
const Serve = z.extend(Place, {
  bucket: z._default(z.array(z.string()), []),
  cors: z._default(z.array(z.string()), []),
  checksums: z._default(z.string(), "kept"),
  controlPort: z.optional(z.string()),
  quiet: z._default(z.boolean(), false),
});

/**
 * @param options.minPort - 0 where any free port will do
 * @throws {UsageError}
 */
export function parsePlaceOptions(given: unknown, options: { minPort: 0 | 1 }): PlaceOptions {
  const { port, data, region } = Place.parse(given);
  if (data === "") throw new UsageError("--data needs a folder.");
  if (!/^[a-z0-9-]+$/.test(region))
    throw new UsageError(`${JSON.stringify(region)} is not the name of a region.`);
  return { port: parsePort(port, options.minPort), dataDir: resolve(data), region };
}

/** @throws {UsageError} */
export function parseServeOptions(given: unknown): ServeOptions {
  const { bucket, cors, checksums, quiet, controlPort } = Serve.parse(given);
  const place = parsePlaceOptions(given, { minPort: 0 });
  for (const name of bucket) checkName(name);
  for (const origin of cors) checkOrigin(origin);
  if (cors.length > 0 && bucket.length === 0) throw new UsageError("--cors needs a --bucket that it is for.");
  return {
    ...place,
    buckets: bucket,
    corsOrigins: cors,
    checksums: parseChecksums(checksums),
    controlPort: controlPort === undefined ? undefined : parsePort(controlPort, 0),
    isQuiet: quiet,
  };
}

function parseChecksums(text: string): ChecksumSupport {
  const support = CHECKSUM_SUPPORT.find((name) => name === text);
  if (support !== undefined) return support;
  throw new UsageError(`--checksums is one of ${CHECKSUM_SUPPORT.join(", ")}, not ${JSON.stringify(text)}.`);
}

function parsePort(text: string, min: number): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= min && port <= 65_535) return port;
  if (port === 0) throw new UsageError("Say which port the server got: it prints it when it starts.");
  throw new UsageError(`${JSON.stringify(text)} is not a port: use a number from ${min} to 65535.`);
}

function checkName(bucket: string): void {
  try {
    checkBucketName(bucket);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    throw new UsageError(`${JSON.stringify(bucket)} is not the name of a bucket.`);
  }
}

/** An origin as browsers send it, or S3's pattern for several. */
function checkOrigin(origin: string): void {
  if (origin === "*" || /^https?:\/\/[^/*\s]*\*?[^/*\s]*$/.test(origin)) return;
  throw new UsageError(`${JSON.stringify(origin)} is not an origin such as http://localhost:3000.`);
}
