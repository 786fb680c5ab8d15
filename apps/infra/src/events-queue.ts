import { Duration, Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

/** Of a message that the worker could not do anything with. */
const MAX_RECEIVES = 5;

/** Six times what the worker may take for a batch: by then it is given to another. */
const VISIBILITY_TIMEOUT = Duration.minutes(3);

/** S3's events of new objects, on their way to the worker, and those that it failed with. */
export interface EventQueues {
  events: Queue;
  failed: Queue;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html */
export function createEventQueues(scope: Construct): EventQueues {
  const place = new Construct(scope, "Events");
  const common = {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  };
  const failed = new Queue(place, "Failed", common);
  const events = new Queue(place, "Queue", {
    ...common,
    visibilityTimeout: VISIBILITY_TIMEOUT,
    deadLetterQueue: { queue: failed, maxReceiveCount: MAX_RECEIVES },
  });
  const { account, partition } = Stack.of(scope);
  events.addToResourcePolicy(
    new PolicyStatement({
      sid: "EventsOfThisAccountsBuckets",
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal("s3.amazonaws.com")],
      actions: ["sqs:SendMessage"],
      resources: [events.queueArn],
      // Not the bucket's own ARN, since the bucket cannot be made before its queue.
      conditions: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:${partition}:s3:::*` },
      },
    }),
  );
  return { events, failed };
}
