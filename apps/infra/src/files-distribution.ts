import { CORS_MAX_AGE_SECONDS, EXPOSED_OBJECT_HEADERS, PAGE_REQUEST_HEADERS } from "@waybill/core";
import { Duration } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AccessLevel,
  AllowedMethods,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  HttpVersion,
  KeyGroup,
  LambdaEdgeEventType,
  OriginRequestPolicy,
  PublicKey,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
  type BehaviorOptions,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { IVersion } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { DeployedKeys } from "./deployed-keys.ts";
import { exceptOwnRecordsAtEdge } from "./own-records.ts";
import type { Domain } from "./stages.ts";

export interface FilesDistribution {
  distribution: Distribution;
  /** Without a slash at its end. */
  url: string;
  /** CloudFront's ids of the public keys, by our own. */
  keyPairIds: Record<string, string>;
}

/**
 * The files, from the edge near to whoever fetches or sends them: `*` to those who have a URL or cookies signed by one of
 * our keys, `/up/*` to those whose grant the function at the edge accepts.
 *
 * @param options.door - looks at each request to `/up/*`
 * @param options.origins - of pages
 */
export function createFilesDistribution(
  scope: Construct,
  options: {
    files: Bucket;
    origins: readonly string[];
    keys: DeployedKeys["cloudfront"];
    door: IVersion;
    domain?: Domain;
  },
): FilesDistribution {
  const { files, origins, keys, door, domain } = options;
  const place = new Construct(scope, "FilesAtEdge");
  const publicKeys = keys.publicKeys.map(({ keyId, pem }) => ({
    keyId,
    // By its id, so that another key is another resource: CloudFront changes none.
    key: new PublicKey(place, `Key-${keyId}`, { encodedKey: pem, comment: `Waybill's key ${keyId}` }),
  }));
  const keyGroup = new KeyGroup(place, "Keys", { items: publicKeys.map(({ key }) => key) });
  const common = {
    origin: S3BucketOrigin.withOriginAccessControl(files, {
      originAccessLevels: [AccessLevel.READ, AccessLevel.WRITE],
    }),
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY, // a redirect would come after the secret has been told
    responseHeadersPolicy: createFilesHeaders(place, origins),
  } satisfies Partial<BehaviorOptions>;
  const distribution = new Distribution(place, "Distribution", {
    comment: "The files of Waybill",
    httpVersion: HttpVersion.HTTP2_AND_3,
    ...(domain === undefined
      ? {}
      : {
          domainNames: [domain.name],
          certificate: Certificate.fromCertificateArn(place, "Certificate", domain.certificateArn),
        }),
    defaultBehavior: {
      ...common,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
      cachePolicy: createFilesCache(place),
      originRequestPolicy: OriginRequestPolicy.CORS_S3_ORIGIN,
      trustedKeyGroups: [keyGroup],
      compress: false, // a checksum is that of the bytes as they are stored
    },
    additionalBehaviors: { "/up/*": uploadBehavior(common, door) },
  });
  files.addToResourcePolicy(exceptOwnRecordsAtEdge(files));
  acknowledge(distribution, {
    "AwsSolutions-CFR1": "Who may have a file is decided for each request, not by the country it comes from.",
    "AwsSolutions-CFR2":
      "Nothing gets through without a signature, and a firewall sees 64 KB of a file at most.",
    "AwsSolutions-CFR3": "A log of CloudFront holds query strings, and with them signatures.",
    ...(domain === undefined
      ? {
          "AwsSolutions-CFR4":
            "CloudFront's own certificate allows no other minimum; a domain of your own has TLS 1.2.",
        }
      : {}),
  });
  return {
    distribution,
    url: `https://${domain?.name ?? distribution.distributionDomainName}`,
    keyPairIds: Object.fromEntries(publicKeys.map(({ keyId, key }) => [keyId, key.publicKeyId])),
  };
}

function uploadBehavior(
  common: Pick<BehaviorOptions, "origin" | "viewerProtocolPolicy">,
  door: IVersion,
): BehaviorOptions {
  return {
    ...common,
    allowedMethods: AllowedMethods.ALLOW_ALL, // CloudFront has no set with PUT alone; the door refuses the others
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    compress: false,
    edgeLambdas: [{ eventType: LambdaEdgeEventType.VIEWER_REQUEST, functionVersion: door }],
  };
}

/** Objects hardly ever change, but they are removed: by then the edge has forgotten one soon. */
function createFilesCache(scope: Construct): CachePolicy {
  return new CachePolicy(scope, "Cache", {
    comment: "Waybill's files",
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.minutes(5),
    maxTtl: Duration.minutes(5),
    // What a grant may say of the answer. The parameters of the signature itself CloudFront takes away.
    queryStringBehavior: CacheQueryStringBehavior.allowList(
      "response-content-disposition",
      "response-content-type",
    ),
    headerBehavior: CacheHeaderBehavior.none(),
    cookieBehavior: CacheCookieBehavior.none(),
  });
}

/** What somebody has uploaded is shown by browsers as what it says it is, and runs nothing. */
function createFilesHeaders(scope: Construct, origins: readonly string[]): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, "Headers", {
    corsBehavior: {
      accessControlAllowOrigins: [...origins],
      accessControlAllowMethods: ["GET", "HEAD", "PUT"],
      accessControlAllowHeaders: [
        ...PAGE_REQUEST_HEADERS,
        "x-amz-checksum-crc64nvme",
        "x-amz-sdk-checksum-algorithm",
      ],
      accessControlExposeHeaders: [...EXPOSED_OBJECT_HEADERS],
      accessControlMaxAge: Duration.seconds(CORS_MAX_AGE_SECONDS),
      accessControlAllowCredentials: true, // signed cookies
      originOverride: false, // S3 knows more of it, such as names of metadata
    },
    securityHeadersBehavior: {
      contentTypeOptions: { override: true },
      contentSecurityPolicy: {
        contentSecurityPolicy:
          "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'",
        override: true,
      },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(365),
        includeSubdomains: true,
        override: true,
      },
    },
  });
}
