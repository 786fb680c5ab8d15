import { OWN_RECORDS_PREFIX } from "@waybill/core";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";

/** No grant, whoever made it and however, reaches what the API keeps for itself. */
export function exceptOwnRecords(files: IBucket): PolicyStatement {
  return new PolicyStatement({
    sid: "NotTheApisRecords",
    effect: Effect.DENY,
    actions: ["s3:*"],
    resources: [files.arnForObjects(`${OWN_RECORDS_PREFIX}*`)],
  });
}

/** The same, for what comes through CloudFront, by the bucket's own policy. */
export function exceptOwnRecordsAtEdge(files: IBucket): PolicyStatement {
  const statement = exceptOwnRecords(files);
  statement.addPrincipals(new ServicePrincipal("cloudfront.amazonaws.com"));
  return statement;
}
