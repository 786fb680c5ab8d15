import { DeleteBucketPolicyCommand, PutBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";

export interface PolicyStatement {
  Effect?: "Allow" | "Deny";
  Principal?: unknown;
  Action?: string | readonly string[];
  Resource?: string | readonly string[];
  Condition?: object;
  Sid?: string;
}

/**
 * Do something while a bucket has a policy.
 *
 * @param options.statements - each denies everything to everybody, where it does not say otherwise
 */
export async function withBucketPolicy<T>(
  { client, Bucket }: { client: S3Client; Bucket: string },
  statements: readonly PolicyStatement[],
  run: () => Promise<T>,
): Promise<T> {
  const resource = `arn:aws:s3:::${Bucket}`;
  const usual = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [resource, `${resource}/*`] };
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ ...usual, ...statement })),
  });
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  try {
    return await run();
  } finally {
    await client.send(new DeleteBucketPolicyCommand({ Bucket }));
  }
}
