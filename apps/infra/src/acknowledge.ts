import { CfnElement, Stack, Validations } from "aws-cdk-lib";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { IConstruct } from "constructs";

/**
 * Findings of cdk-nag that are meant to be so, with the reason of each. A finding that nobody has acknowledged fails
 * the synthesis.
 *
 * @param reasons - by rule, or by one finding of it: `AwsSolutions-IAM5[Resource::*]`
 */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  Validations.of(construct).acknowledge(...Object.entries(reasons).map(([id, reason]) => ({ id, reason })));
}

/** The finding that a policy speaks of all objects of a bucket. */
export function allObjectsOf(bucket: Bucket): string {
  return `AwsSolutions-IAM5[Resource::<${logicalIdOf(bucket)}.Arn>/*]`;
}

/** As it stands in the template. */
function logicalIdOf(construct: IConstruct): string {
  const resource = construct.node.defaultChild;
  if (!CfnElement.isCfnElement(resource)) throw new Error(`${construct.node.path} is no resource.`);
  return String(Stack.of(construct).resolve(resource.logicalId));
}
