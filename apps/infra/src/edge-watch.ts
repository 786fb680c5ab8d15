import { Stack, type Environment } from "aws-cdk-lib";
import type { Distribution } from "aws-cdk-lib/aws-cloudfront";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { createAlarms, PERIOD } from "./alarms.ts";
import { EDGE_REGION } from "./edge-function.ts";

/** In percent of all requests. */
const MOST_ERRORS = 1;

/**
 * Alarms for what CloudFront counts, which it does in us-east-1 alone, wherever its distributions are made from: so they
 * are in a stack of their own there.
 */
export function createEdgeWatch(
  scope: ConstructorParameters<typeof Stack>[0],
  id: string,
  options: { stage: string; email?: string; account: string; files: Distribution; page: Distribution },
): Stack {
  const { stage, email, account, files, page } = options;
  const env: Environment = { account, region: EDGE_REGION };
  const stack = new Stack(scope, id, {
    env,
    crossRegionReferences: true,
    description: "Watches what CloudFront does for Waybill",
  });
  createAlarms(stack, {
    stage,
    email,
    watched: [
      {
        name: "Files at the edge 5xx",
        metric: errorRateOf(files),
        limit: MOST_ERRORS,
        remedy:
          "It is S3 that did not answer, or the function at the edge: see its log in the Region it ran in.",
      },
      {
        name: "Page 5xx",
        metric: errorRateOf(page),
        limit: MOST_ERRORS,
        remedy: "It is S3 that did not answer.",
      },
    ],
  });
  return stack;
}

function errorRateOf({ distributionId }: Distribution): Metric {
  return new Metric({
    namespace: "AWS/CloudFront",
    metricName: "5xxErrorRate",
    dimensionsMap: { DistributionId: distributionId, Region: "Global" },
    statistic: "Average",
    period: PERIOD,
  });
}
