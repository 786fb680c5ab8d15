import { collections, lifecycleRules } from "@waybill/api/collections";
import {
  CORS_MAX_AGE_SECONDS,
  EXPOSED_OBJECT_HEADERS,
  LIMITS_PREFIX,
  MAX_PRESIGN_SECONDS,
  PAGE_REQUEST_HEADERS,
  type LifecycleRule,
} from "@waybill/core";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  HttpMethods,
  ObjectOwnership,
  type LifecycleRule as BucketRule,
} from "aws-cdk-lib/aws-s3";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

/** A day longer than an upload can be gone on with: the worker comes first, and tells what it does. */
const ABORT_AFTER_DAYS = 8;

/** How long what was replaced or deleted can be brought back. */
const NONCURRENT_DAYS = 30;

/**
 * The bucket that holds the files, and nothing else.
 *
 * Encrypted with S3's own keys: with those of KMS an ETag is no MD5, and a store that is to prove uploads by MD5 could
 * not.
 *
 * @param options.origins - of pages that send and fetch from a browser
 */
export function createFilesBucket(
  scope: Construct,
  options: { origins: readonly string[]; keepData: boolean; events: IQueue },
): Bucket {
  const bucket = new Bucket(scope, "Files", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    cors: [
      {
        allowedOrigins: [...options.origins],
        allowedMethods: [
          HttpMethods.GET,
          HttpMethods.PUT,
          HttpMethods.POST,
          HttpMethods.DELETE,
          HttpMethods.HEAD,
        ],
        allowedHeaders: [...PAGE_REQUEST_HEADERS, "x-amz-*"],
        exposedHeaders: [...EXPOSED_OBJECT_HEADERS],
        maxAge: CORS_MAX_AGE_SECONDS,
      },
    ],
    lifecycleRules: [
      { id: "abort-given-up-uploads", abortIncompleteMultipartUploadAfter: Duration.days(ABORT_AFTER_DAYS) },
      {
        id: "forget-replaced-versions",
        noncurrentVersionExpiration: Duration.days(NONCURRENT_DAYS),
        expiredObjectDeleteMarker: true,
      },
      {
        // Each upload writes one anew. It holds nothing that matters longer than an upload can be open.
        id: "forget-counts",
        prefix: LIMITS_PREFIX,
        expiration: Duration.days(ABORT_AFTER_DAYS + 1),
        noncurrentVersionExpiration: Duration.days(1),
      },
      ...lifecycleRules(collections, { hasVersions: true }).map(toBucketRule),
    ],
    removalPolicy: options.keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    autoDeleteObjects: !options.keepData,
  });
  bucket.addToResourcePolicy(noOldSignatures(bucket));
  notifyOfNewObjects(bucket, options.events);
  acknowledge(bucket, {
    "AwsSolutions-S1":
      "A server access log holds request URIs, and so presigned URLs with their signatures, which never reach a log. Data events of CloudTrail say who did what without them.",
  });
  return bucket;
}

function toBucketRule({ id, prefix, expiredObjectDeleteMarker, ...days }: LifecycleRule): BucketRule {
  const { expirationDays, noncurrentDays, daysAfterInitiation } = days;
  return {
    id,
    prefix,
    expiredObjectDeleteMarker,
    expiration: toDuration(expirationDays),
    noncurrentVersionExpiration: toDuration(noncurrentDays),
    abortIncompleteMultipartUploadAfter: toDuration(daysAfterInitiation),
  };
}

function toDuration(days: number | undefined): Duration | undefined {
  return days === undefined ? undefined : Duration.days(days);
}

/** No grant lives longer than seven days, whoever signed it. */
function noOldSignatures(bucket: Bucket): PolicyStatement {
  return new PolicyStatement({
    sid: "NoOldSignatures",
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ["s3:*"],
    resources: [bucket.arnForObjects("*")],
    conditions: { NumericGreaterThan: { "s3:signatureAge": MAX_PRESIGN_SECONDS * 1000 } },
  });
}

/** By a property of the bucket: `addEventNotification` would bring a function that sets it. */
function notifyOfNewObjects(bucket: Bucket, events: IQueue): void {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error("A bucket is not what it was.");
  resource.notificationConfiguration = {
    queueConfigurations: [{ event: "s3:ObjectCreated:*", queue: events.queueArn }],
  };
  resource.node.addDependency(events); // S3 tries whether it may send, so the queue's policy comes first
}
