import { randomBytes } from "node:crypto";
import { Agent } from "node:http";
import { loadOrCreateSessionKey } from "../credentials-file.ts";
import { createServiceCredentials } from "../identity/service-credentials.ts";
import { type LoopbackServer, startLoopbackServer } from "../loopback-server.ts";
import { CloudFrontError, toErrorBody } from "./cloudfront-error.ts";
import { type DistributionResources, parseDistribution } from "./config/parse-distribution.ts";
import type { EdgeFunctions } from "./edge/edge-function.ts";
import { MAX_REQUEST_BYTES } from "./limits.ts";
import { createViewerHandler } from "./serve-viewer.ts";
import { headersTooLarge } from "./viewer/read-viewer.ts";

export interface CloudFrontOptions {
  /** 0 or absent: any free one. The host is always 127.0.0.1. */
  port?: number;
  /** In the shape of `AWS::CloudFront::Distribution`, with plain ids where a template refers to something. */
  distributionConfig: unknown;
  /** `EDFDVBD6EXAMPLE`, which is the default. Bucket policies know it by its ARN. */
  distributionId?: string;
  /** What the distribution names, by id, each in the shape of its CloudFormation resource. */
  resources?: DistributionResources;
  /** The handlers of Lambda@Edge, already bound to their contexts, by the ARN that the distribution names. */
  functions?: EdgeFunctions;
  /**
   * The stand-in of S3. Its folder holds the key by which it knows that CloudFront calls, so that nobody else can say
   * so; it may run in another process.
   */
  s3: { endpoint: string; region: string; dataDir: string };
  /** Whether loopback counts as HTTPS, as it does for browsers. Without it, a behaviour for HTTPS refuses everything. */
  loopbackIsSecure?: boolean;
  clock?: () => Date;
  /** One line per request that CloudFront answers with an error of its own. */
  log?: (line: string) => void;
  /** Of Lambda@Edge and of the origin; Amazon's by default. */
  timeoutMs?: number;
}

export interface CloudFront extends LoopbackServer {
  distributionId: string;
  /** As `aws:SourceArn` of bucket policies names it. */
  distributionArn: string;
  /** Besides the endpoint, a name that requests may have as their host. */
  domainName: string;
}

/**
 * A distribution of CloudFront in front of the stand-in of S3, on loopback.
 *
 * @throws {Error} for a distribution with anything that is not known here; EADDRINUSE as Node gives it
 */
export async function createCloudFront(options: CloudFrontOptions): Promise<CloudFront> {
  const { s3, distributionId = "EDFDVBD6EXAMPLE", clock = () => new Date(), log = () => {} } = options;
  const distribution = parseDistribution({
    distributionId,
    distributionConfig: options.distributionConfig,
    resources: options.resources ?? {},
    functions: options.functions ?? {},
  });
  const agent = new Agent({ keepAlive: true });
  const server = await startLoopbackServer({
    port: options.port ?? 0,
    maxHeaderBytes: 2 * MAX_REQUEST_BYTES, // what is a little too large gets an answer of its own
    toBadRequest: toRawRefusal,
    handle: createViewerHandler({
      distribution,
      agent,
      s3,
      credentials: createServiceCredentials({
        sessionKey: await loadOrCreateSessionKey(s3.dataDir),
        service: "cloudfront.amazonaws.com",
        sourceArn: distribution.arn,
      }),
      isSecure: options.loopbackIsSecure ?? false,
      timeoutMs: options.timeoutMs,
      clock,
      log,
      via: `1.1 ${randomBytes(16).toString("hex")}.cloudfront.net (CloudFront)`,
    }),
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= server.close().finally(() => agent.destroy()));
  return {
    endpoint: server.endpoint,
    port: server.port,
    distributionId,
    distributionArn: distribution.arn,
    domainName: distribution.domainName,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function toRawRefusal(error: Error): string {
  const isHeaderOverflow = "code" in error && error.code === "HPE_HEADER_OVERFLOW";
  const refusal = isHeaderOverflow
    ? headersTooLarge("the HTTP parser refused them")
    : new CloudFrontError(400, { message: "Bad request." });
  const { type, bytes } = toErrorBody(refusal, randomBytes(16).toString("hex"));
  return `HTTP/1.1 ${refusal.status} ${refusal.message}\r\nserver: CloudFront\r\ncontent-type: ${type}\r\ncontent-length: ${bytes.length}\r\nconnection: close\r\n\r\n${bytes.toString()}`;
}
