import { planUpload, ROUTES, type Route } from "@waybill/core";
import type { PriceName } from "./prices.ts";

/** How much is used of what has a price. */
export type Usage = Partial<Record<PriceName, number>>;

export type Direction = "upload" | "download";

/** What is assumed, and can be argued about. */
export const ASSUMED = {
  /** GB of memory of the API's function, and seconds for a call that signs or describes something. */
  api: { memoryGb: 1.769 / 1.024, seconds: 0.05 },
  /** A function through which bytes go: at this speed, in bytes a second. */
  throughFunction: { bytesPerSecond: 50e6, seconds: 0.03 },
  /** What a Function URL brings at once, and how much of that at this speed; the rest at another, and for money. */
  stream: { memoryGb: 0.5, maxAnswerBytes: 200e6, freeBytes: 6e6, cappedBytesPerSecond: 2e6 },
  authorizer: { memoryGb: 0.5, seconds: 0.005 },
  edge: { memoryGb: 0.125, seconds: 0.005 },
  /** What the client signs ahead with one call. */
  partsPerCall: 16,
  gatewayUnitBytes: 512 * 1024,
};

const GB = 1e9;

/** What moving one file uses, down to the calls of the API; undefined where the route does not carry it. */
export function countTransfer(route: Route, direction: Direction, sizeBytes: number): Usage | undefined {
  if (direction === "download") return countDownload(route, sizeBytes);
  if (sizeBytes > ROUTES[route].upload.maxObjectBytes) return undefined;
  const { kind, partCount, partSizeBytes } = planUpload({ sizeBytes, route });
  const bodies = Array.from({ length: partCount }, () => Math.min(partSizeBytes, sizeBytes));
  const calls = kind === "single" ? 1 : 2 + Math.ceil(partCount / ASSUMED.partsPerCall);
  return sum([
    ...repeat(calls, apiCall()),
    // Begin, list the parts, complete; and describe what there is then.
    kind === "single" ? {} : { s3Write: 3, s3Read: 1 },
    ...bodies.map((bytes) => sum([{ s3Write: 1 }, carry(route, "upload", bytes)])),
    followUp(),
    // What its principal has had is written anew, of which S3 tells, too; once for files that begin together.
    { s3Write: 1 },
    followUp(),
  ]);
}

function countDownload(route: Route, sizeBytes: number): Usage {
  const largest = route === "lambda" ? ASSUMED.stream.maxAnswerBytes : ROUTES[route].download.maxBodyBytes;
  const count = Math.max(1, Math.ceil(sizeBytes / largest));
  const bodies = Array.from({ length: count }, () => sizeBytes / count);
  return sum([
    apiCall(),
    { s3Read: 1 }, // the API describes it
    ...bodies.map((bytes) => sum([{ s3Read: 1 }, carry(route, "download", bytes)])),
  ]);
}

/** What one request that moves bytes costs beside that of S3. */
function carry(route: Route, direction: Direction, bytes: number): Usage {
  const gb = bytes / GB;
  const isUpload = direction === "upload";
  switch (route) {
    case "presigned":
    case "credentials":
      return isUpload ? {} : { outOfAws: gb };
    case "lambda":
      return isUpload ? takeIn(bytes) : stream(bytes);
    case "apigateway":
      return {
        restApiRequest: 1,
        lambdaRequest: 1, // the authorizer
        lambdaTime: ASSUMED.authorizer.memoryGb * ASSUMED.authorizer.seconds,
        ...(isUpload ? {} : { outOfAws: gb }),
      };
    case "cloudfront":
      return isUpload
        ? {
            cloudfrontRequest: 1,
            cloudfrontToOrigin: gb,
            edgeRequest: 1,
            edgeTime: ASSUMED.edge.memoryGb * ASSUMED.edge.seconds,
          }
        : { cloudfrontRequest: 1, cloudfrontOut: gb };
  }
}

/** By the API itself. */
function takeIn(bytes: number): Usage {
  const { bytesPerSecond, seconds } = ASSUMED.throughFunction;
  return {
    httpApiRequest: Math.max(1, Math.ceil(bytes / ASSUMED.gatewayUnitBytes)),
    lambdaRequest: 1,
    lambdaTime: ASSUMED.api.memoryGb * (seconds + bytes / bytesPerSecond),
  };
}

/** By the Function URL, for which there is nothing to pay but for its function. */
function stream(bytes: number): Usage {
  const { bytesPerSecond, seconds } = ASSUMED.throughFunction;
  const { memoryGb, freeBytes, cappedBytesPerSecond } = ASSUMED.stream;
  const capped = Math.max(0, bytes - freeBytes);
  return {
    lambdaRequest: 1,
    lambdaTime: memoryGb * (seconds + (bytes - capped) / bytesPerSecond + capped / cappedBytesPerSecond),
    lambdaStreamed: capped / GB,
    outOfAws: bytes / GB,
  };
}

function apiCall(): Usage {
  const { memoryGb, seconds } = ASSUMED.api;
  const auditLine = 500 / GB;
  return { httpApiRequest: 1, lambdaRequest: 1, lambdaTime: memoryGb * seconds, logs: auditLine };
}

/** S3 tells the queue, and the worker writes a line: it takes up to ten messages at once, here one. */
function followUp(): Usage {
  return { queueRequest: 3, lambdaRequest: 1, lambdaTime: 0.25 * 0.01, logs: 500 / GB };
}

function repeat(count: number, usage: Usage): Usage[] {
  return Array.from({ length: count }, () => usage);
}

function sum(usages: readonly Usage[]): Usage {
  const total = new Map<string, number>();
  for (const usage of usages)
    for (const [name, quantity] of Object.entries(usage)) total.set(name, (total.get(name) ?? 0) + quantity);
  return Object.fromEntries(total);
}
