import { Duration, Stack } from "aws-cdk-lib";
import { experimental } from "aws-cdk-lib/aws-cloudfront";
import { CompositePrincipal, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Runtime, type IVersion } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { DeployedKeys } from "./deployed-keys.ts";
import { edgeCode } from "./edge-bundle.ts";

/** Where Lambda@Edge, and certificates for CloudFront, have to be. */
export const EDGE_REGION = "us-east-1";

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge */
const VIEWER_LIMITS = { memorySize: 128, timeout: Duration.seconds(5) };

/**
 * The function that looks at each request to CloudFront's `/up/*`. It is copied to where people are, so it has no
 * environment variables, no secret and no right to anything: it has public keys, in its bundle.
 *
 * CDK puts it into a stack of its own in us-east-1, and has its version looked up there when this stack is deployed.
 */
export function createEdgeFunction(
  scope: Construct,
  options: { keys: DeployedKeys["door"]; stackId: string },
): IVersion {
  const { keys, stackId } = options;
  const place = edgeStack(Stack.of(scope), stackId);
  const role = new Role(place, "EdgeRole", {
    assumedBy: new CompositePrincipal(
      new ServicePrincipal("lambda.amazonaws.com"),
      new ServicePrincipal("edgelambda.amazonaws.com"),
    ),
    description: "The function at CloudFront's edges, which may do nothing.",
  });
  const edge = new experimental.EdgeFunction(scope, "Edge", {
    stackId,
    description: "Lets through what was granted, at CloudFront's edges",
    code: edgeCode(keys),
    handler: "handler.handler",
    role,
    runtime: Runtime.NODEJS_22_X,
    ...VIEWER_LIMITS,
  });
  acknowledge(edge.lambda, { "AwsSolutions-L1": "The newest that the documentation names for Lambda@Edge." });
  return edge.currentVersion;
}

/** The one that EdgeFunction would make, or this one, where it is in the right Region already. */
function edgeStack(stack: Stack, stackId: string): Stack {
  if (stack.region === EDGE_REGION) return stack;
  return new Stack(stack.node.root, stackId, {
    env: { account: stack.account, region: EDGE_REGION },
    description: "What CloudFront runs at its edges for Waybill",
  });
}
