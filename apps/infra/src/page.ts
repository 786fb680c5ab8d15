import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";
import { acknowledge, allObjectsOf } from "./acknowledge.ts";
import { BUNDLES, NOT_DEPLOYED } from "./bundles.ts";

/** An origin of its own, apart from that of the files: what somebody has uploaded never runs as a part of the page. */
export interface Page {
  bucket: Bucket;
  distribution: Distribution;
  /** Without a slash at its end. */
  origin: string;
}

export function createPage(scope: Construct): Page {
  const place = new Construct(scope, "Page");
  const bucket = new Bucket(place, "Bucket", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    removalPolicy: RemovalPolicy.DESTROY, // all of it comes from a build
    autoDeleteObjects: true,
  });
  acknowledge(bucket, { "AwsSolutions-S1": "It holds what everybody may see." });
  const distribution = new Distribution(place, "Distribution", {
    comment: "The page of Waybill",
    defaultRootObject: "index.html",
    httpVersion: HttpVersion.HTTP2_AND_3,
    defaultBehavior: {
      origin: S3BucketOrigin.withOriginAccessControl(bucket),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: createPageHeaders(place),
      compress: true,
    },
  });
  acknowledge(distribution, {
    "AwsSolutions-CFR1": "It is for people everywhere.",
    "AwsSolutions-CFR2":
      "It holds a handful of files that everybody may see: there is nothing behind it that a firewall would guard.",
    "AwsSolutions-CFR3":
      "A log of CloudFront holds query strings, and with them the codes by which people log in.",
    "AwsSolutions-CFR4":
      "CloudFront's own certificate allows no other minimum. Browsers that run the page speak TLS 1.3.",
  });
  return { bucket, distribution, origin: `https://${distribution.distributionDomainName}` };
}

/** What the page's own Content-Security-Policy cannot say in a meta element, and what keeps others out of it. */
function createPageHeaders(scope: Construct): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, "Headers", {
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: "frame-ancestors 'none'", override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: {
        accessControlMaxAge: Duration.days(365),
        includeSubdomains: true,
        override: true,
      },
    },
    customHeadersBehavior: {
      customHeaders: [
        { header: "Cross-Origin-Opener-Policy", value: "same-origin", override: true },
        { header: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()", override: true },
      ],
    },
  });
}

/** Put the build there, and `config.json`, by which the page learns where the API is. */
export function deployPage({ bucket, distribution }: Page, apiUrl: string): void {
  const place = new Construct(bucket, "Contents");
  const assets = new BucketDeployment(place, "Assets", {
    destinationBucket: bucket,
    sources: [Source.asset(BUNDLES.page, { exclude: [...NOT_DEPLOYED, "index.html"] })],
    cacheControl: [CacheControl.fromString("public, max-age=31536000, immutable")], // their names hold their hashes
    prune: false, // a page that is open still wants those of the build before
  });
  const entry = new BucketDeployment(place, "Entry", {
    destinationBucket: bucket,
    sources: [
      Source.asset(BUNDLES.page, { exclude: ["*", "!index.html"] }),
      Source.jsonData("config.json", { apiUrl }),
    ],
    cacheControl: [CacheControl.noCache()],
    prune: false,
    distribution,
    distributionPaths: ["/", "/index.html", "/config.json"],
  });
  entry.node.addDependency(assets); // never an index without what it names
  acknowledgeDeployment(bucket);
}

/** The function by which CDK unpacks a build is CDK's own, one for a stack, and so are its rights. */
function acknowledgeDeployment(bucket: Bucket): void {
  const stack = Stack.of(bucket);
  const own = stack.node.children.find(({ node }) => node.id.startsWith("Custom::CDKBucketDeployment"));
  if (own === undefined) throw new Error("CDK deploys the page otherwise than it did.");
  const because =
    "CDK's own function, which reads the build and writes it to the page's bucket when the stack is deployed.";
  const actions = ["s3:GetObject*", "s3:GetBucket*", "s3:List*", "s3:DeleteObject*", "s3:Abort*"];
  const assets = `cdk-hnb659fds-assets-${stack.account}-${stack.region}`;
  acknowledge(own, {
    "AwsSolutions-L1": because,
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]":
      because,
    "AwsSolutions-IAM5[Resource::*]":
      "It asks CloudFront to forget what it keeps of the page, which CDK grants for all distributions.",
    ...Object.fromEntries(actions.map((action) => [`AwsSolutions-IAM5[Action::${action}]`, because])),
    [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${assets}/*]`]: because,
    [allObjectsOf(bucket)]: because,
  });
}
