import { join } from "node:path";
import { collections, lifecycleRules } from "@waybill/api/collections";
import { OWN_RECORDS_PREFIX } from "@waybill/core";
import { browserCorsRules, createLocalAws, type PolicySource } from "@waybill/local-aws";
import { distributionBucketPolicy } from "@waybill/lambda/testing/local-distribution";
import { runService } from "../run-service.ts";
import { AwsServiceEnv } from "../service-env.ts";
import { webOrigins } from "../web-origins.ts";

await runService(() => {
  const env = AwsServiceEnv.parse(process.env);
  const bucket = env.WAYBILL_S3_BUCKET;
  return createLocalAws({
    port: env.WAYBILL_AWS_PORT,
    dataDir: join(env.WAYBILL_DATA_DIR, "aws"),
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    roles: [
      { name: env.WAYBILL_SIGNING_ROLE, policies: [signingPolicy(bucket), exceptOwnRecords(bucket)] },
      { name: env.WAYBILL_VENDING_ROLE, policies: [vendingPolicy(bucket), exceptOwnRecords(bucket)] },
      { name: env.WAYBILL_GATEWAY_ROLE, policies: [signingPolicy(bucket), exceptOwnRecords(bucket)] },
      { name: env.WAYBILL_STREAM_ROLE, policies: [streamPolicy(bucket), exceptOwnRecords(bucket)] },
    ],
    buckets: [
      {
        name: bucket,
        cors: browserCorsRules(webOrigins(env.WAYBILL_WEB_PORT)),
        policy: distributionBucketPolicy(bucket),
        lifecycle: lifecycleRules(collections, { hasVersions: false }).map(({ prefix, ...rule }) => ({
          ...rule,
          filter: { prefix },
        })),
      },
    ],
    log: (line) => console.error(`store: ${line}`),
  });
});

/** All that a grant can be for; UploadPart is PutObject, too. Who may not list is not told what is missing, but 403. */
function signingPolicy(bucket: string): PolicySource {
  return objectsPolicy(bucket, ["s3:GetObject", "s3:PutObject"]);
}

function streamPolicy(bucket: string): PolicySource {
  return objectsPolicy(bucket, ["s3:GetObject"]);
}

function objectsPolicy(bucket: string, Action: string[]): PolicySource {
  return {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action, Resource: `arn:aws:s3:::${bucket}/*` },
  };
}

/** All that any client may get; each session is narrowed to what its own may do. */
function vendingPolicy(bucket: string): PolicySource {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: [
          "s3:GetObject",
          "s3:PutObject",
          "s3:PutObjectAcl",
          "s3:DeleteObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ],
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: `arn:aws:s3:::${bucket}` },
    ],
  };
}

/** No grant, whoever made it, reaches what the API keeps for itself. */
function exceptOwnRecords(bucket: string): PolicySource {
  return {
    Version: "2012-10-17",
    Statement: {
      Effect: "Deny",
      Action: "s3:*",
      Resource: `arn:aws:s3:::${bucket}/${OWN_RECORDS_PREFIX}*`,
    },
  };
}
