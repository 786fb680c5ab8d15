import { Duration, Stack } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { BUNDLES, codeOf } from "./bundles.ts";
import { createFunction } from "./create-function.ts";
import { workerSecretName } from "./deployed-keys.ts";
import type { EventQueues } from "./events-queue.ts";
import type { Identity } from "./identity.ts";

/** It waits for others, and computes nothing. */
const WORKER_MEMORY_MB = 256;

/** Each with a role of its own: what takes messages of S3 needs no secret, and what has the secret takes no messages. */
export interface Worker {
  events: LambdaFunction;
  sweep: LambdaFunction;
}

export function createWorker(
  scope: Construct,
  options: { stage: string; apiUrl: string; identity: Identity; queues: EventQueues },
): Worker {
  const place = new Construct(scope, "Worker");
  return { events: createEventsFunction(place, options.queues), sweep: createSweepFunction(place, options) };
}

function createEventsFunction(scope: Construct, { events }: EventQueues): LambdaFunction {
  const role = new Role(scope, "EventsRole", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  const worker = createFunction(scope, "Events", {
    description: "Records what was stored in Waybill's bucket",
    code: codeOf(BUNDLES.worker),
    handler: "lambda.events",
    role,
    environment: {},
    timeout: Duration.seconds(30),
    memoryMb: WORKER_MEMORY_MB,
  });
  worker.addEventSource(new SqsEventSource(events, { reportBatchItemFailures: true }));
  return worker;
}

function createSweepFunction(
  scope: Construct,
  { stage, apiUrl, identity }: { stage: string; apiUrl: string; identity: Identity },
): LambdaFunction {
  const role = new Role(scope, "SweepRole", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  const secret = workerSecretName(stage);
  role.addToPolicy(
    new PolicyStatement({
      actions: ["ssm:GetParameters"],
      resources: [
        Stack.of(scope).formatArn({ service: "ssm", resource: "parameter", resourceName: secret.slice(1) }),
      ],
    }),
  );
  const worker = createFunction(scope, "Sweep", {
    description: "Removes what was given up in Waybill, or has ended",
    code: codeOf(BUNDLES.worker),
    handler: "lambda.sweep",
    role,
    environment: {
      WAYBILL_API_URL: apiUrl,
      WAYBILL_OIDC_ISSUER: identity.issuer,
      WAYBILL_WORKER_CLIENT_ID: identity.workerClientId,
      WAYBILL_WORKER_CLIENT_SECRET_PARAMETER: secret,
      WAYBILL_WORKER_SCOPE: identity.workerScope,
    },
    timeout: Duration.minutes(15),
    memoryMb: WORKER_MEMORY_MB,
  });
  // Cognito bills every token of a machine, and what is swept is days old.
  new Rule(scope, "Daily", {
    description: "Lets Waybill's worker look for what was given up or has ended",
    schedule: Schedule.rate(Duration.days(1)),
    targets: [new FunctionTarget(worker, { retryAttempts: 2, maxEventAge: Duration.hours(1) })],
  });
  return worker;
}
