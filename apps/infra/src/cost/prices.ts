/** When the prices were last held against their sources. */
export const PRICES_OF = "November 2026";

export interface Price {
  usd: number;
  /** What one of it is. */
  per: string;
  source: string;
}

const price = (usd: number, per: string, source: string): Price => ({ usd, per, source });

const S3 = "https://aws.amazon.com/s3/pricing/";
const LAMBDA = "https://aws.amazon.com/lambda/pricing/";
const GATEWAY = "https://aws.amazon.com/api-gateway/pricing/";
const CLOUDFRONT = "https://aws.amazon.com/cloudfront/pricing/";

/**
 * List prices in us-east-1, and of CloudFront in North America and Europe: those of the first step, without what is free
 * of charge and without discounts.
 */
export const PRICES = {
  s3Storage: price(0.023, "GB and month in the bucket", S3),
  s3Write: price(0.005 / 1000, "PUT, COPY, POST or LIST", S3),
  s3Read: price(0.0004 / 1000, "GET, and all others", S3),
  outOfAws: price(0.09, "GB from a Region to the internet", S3),
  lambdaRequest: price(0.2 / 1e6, "invocation of a function", LAMBDA),
  lambdaTime: price(0.0000133334, "GB and second of a function, on Arm", LAMBDA),
  lambdaStreamed: price(0.008, "GB that a function streams, without the first 6 MB of each answer", LAMBDA),
  edgeRequest: price(0.6 / 1e6, "invocation at the edge", LAMBDA),
  edgeTime: price(0.00005001, "GB and second at the edge", LAMBDA),
  httpApiRequest: price(1 / 1e6, "request to an HTTP API, for each 512 KiB begun", GATEWAY),
  restApiRequest: price(3.5 / 1e6, "request to a REST API", GATEWAY),
  cloudfrontRequest: price(0.01 / 1e4, "HTTPS request to CloudFront", CLOUDFRONT),
  cloudfrontOut: price(0.085, "GB from CloudFront to the internet", CLOUDFRONT),
  cloudfrontToOrigin: price(0.02, "GB from CloudFront to the bucket", CLOUDFRONT),
  queueRequest: price(0.4 / 1e6, "request to SQS", "https://aws.amazon.com/sqs/pricing/"),
  logs: price(0.5, "GB written to CloudWatch Logs", "https://aws.amazon.com/cloudwatch/pricing/"),
  alarm: price(0.1, "alarm and month", "https://aws.amazon.com/cloudwatch/pricing/"),
  machineClient: price(6, "app client of a machine and month", "https://aws.amazon.com/cognito/pricing/"),
  machineToken: price(0.00225, "token of a machine", "https://aws.amazon.com/cognito/pricing/"),
} as const satisfies Record<string, Price>;
export type PriceName = keyof typeof PRICES;
