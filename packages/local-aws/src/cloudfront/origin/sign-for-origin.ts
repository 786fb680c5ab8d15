import type { Credentials } from "../../identity/credentials.ts";
import { toHeaderMap } from "../../s3/request-headers.ts";
import { parseRequestTarget } from "../../s3/request-target.ts";
import { S3Error } from "../../s3/s3-error.ts";
import { toAmzDate } from "../../s3/sigv4/amz-date.ts";
import { ALGORITHM, toCanonicalRequest, toStringToSign } from "../../s3/sigv4/canonical-request.ts";
import { toScopeText } from "../../s3/sigv4/credential-scope.ts";
import { sign } from "../../s3/sigv4/signature.ts";
import { CloudFrontError } from "../cloudfront-error.ts";
import type { BehaviorOrigin } from "../config/parse-distribution.ts";
import type { EdgeRequest } from "../edge/apply-function.ts";
import { headerValue, type HeaderList, withHeader } from "../header-list.ts";

/**
 * Origin access control: sign a request as CloudFront, for the distribution, with the hash of the body that the
 * client names, or none.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html#oac-advanced-settings-s3
 *
 * @throws {CloudFrontError} 400 for a path or query that is not percent-encoded UTF-8
 */
export function signForOrigin(
  request: EdgeRequest,
  options: {
    signing: BehaviorOrigin["signing"];
    credentials: Required<Credentials>;
    region: string;
    now: Date;
  },
): HeaderList {
  const { signing, credentials, region, now } = options;
  const isSignedByViewer = headerValue(request.headers, "authorization") !== undefined;
  if (signing === "never" || (signing === "no-override" && isSignedByViewer)) return request.headers;
  const amzDate = toAmzDate(now);
  const payloadHash = headerValue(request.headers, "x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
  const headers = [
    ["x-amz-content-sha256", payloadHash],
    ["x-amz-date", amzDate],
    ["x-amz-security-token", credentials.sessionToken],
  ].reduce<HeaderList>((all, [name = "", value = ""]) => withHeader(all, name, value), request.headers);
  const sent = toHeaderMap(headers.flat());
  const signedHeaders = [...sent.keys()].filter((name) => name === "host" || name.startsWith("x-amz-"));
  const scope = { date: amzDate.slice(0, 8), region, service: "s3", terminal: "aws4_request" };
  const canonicalRequest = toCanonicalRequest(
    { method: request.method, ...parseTarget(request), headers: sent },
    { signedHeaders, payloadHash },
  );
  const signature = sign({
    ...credentials,
    scope,
    stringToSign: toStringToSign({ amzDate, scope, canonicalRequest }),
  });
  const authorization = [
    `${ALGORITHM} Credential=${credentials.accessKeyId}/${toScopeText(scope)}`,
    `SignedHeaders=${signedHeaders.toSorted().join(";")}`,
    `Signature=${signature}`,
  ].join(", ");
  return withHeader(headers, "Authorization", authorization);
}

function parseTarget({ uri, querystring }: EdgeRequest): ReturnType<typeof parseRequestTarget> {
  try {
    const target = parseRequestTarget(querystring === "" ? uri : `${uri}?${querystring}`);
    decodeURIComponent(target.rawPath);
    return target;
  } catch (cause) {
    if (!(cause instanceof S3Error || cause instanceof URIError)) throw cause;
    throw new CloudFrontError(400, {
      message: "Bad request.",
      logNote: "the URL is not percent-encoded UTF-8",
      cause,
    });
  }
}
