import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Behavior } from "../config/parse-distribution.ts";

/**
 * The headers of an answer as a viewer gets them: without what is between CloudFront and S3, with what CloudFront says of
 * itself, and with CORS as the behaviour's policy has it.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html#response-s3-removed-headers
 */
export function toViewerHeaders(
  headers: OutgoingHttpHeaders | IncomingHttpHeaders,
  options: {
    cors: Record<string, string>;
    corsConfig: Behavior["cors"];
    resultType: string;
    via: string;
    requestId: string;
  },
): OutgoingHttpHeaders {
  const { cors, corsConfig, resultType, via, requestId } = options;
  const kept = Object.entries(headers).filter(([name]) => !REMOVED.has(name));
  const hasOwnCors = kept.some(([name]) => name.startsWith("access-control-"));
  const isAdding = Object.keys(cors).length > 0 && (corsConfig?.OriginOverride || !hasOwnCors);
  const vary = [headers["vary"], isAdding ? cors["vary"] : undefined].flat().filter(Boolean).join(", ");
  return {
    ...Object.fromEntries(isAdding ? kept.filter(([name]) => !name.startsWith("access-control-")) : kept),
    ...(isAdding ? cors : {}),
    ...(vary === "" ? {} : { vary }),
    via: [headers["via"], via].flat().filter(Boolean).join(", "),
    "x-cache": `${resultType} from cloudfront`,
    "x-amz-cf-id": requestId,
  };
}

const REMOVED: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "set-cookie",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-amz-id-2",
  "x-amz-request-id",
]);
