import type { HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { summed, type Watched } from "./alarms.ts";
import type { EventQueues } from "./events-queue.ts";
import type { RestDoor } from "./rest-api.ts";
import type { StreamDoor } from "./stream-door.ts";
import type { Worker } from "./worker.ts";

/** What is looked at in the Region of the stage. */
export function watchedOf(options: {
  api: LambdaFunction;
  http: HttpStage;
  stream: StreamDoor | undefined;
  rest: RestDoor;
  worker: Worker;
  queues: EventQueues;
}): Watched[] {
  const { api, http, stream, rest, worker, queues } = options;
  return [
    {
      name: "API function errors",
      metric: api.metricErrors(summed),
      limit: 0,
      remedy: "It ended without an answer: see its log.",
    },
    {
      name: "API function throttles",
      metric: api.metricThrottles(summed),
      limit: 0,
      remedy: "The account's limit of concurrent functions is reached: ask AWS for more.",
    },
    {
      name: "API 5xx",
      metric: http.metric("5xx", { ...summed }),
      limit: 0,
      remedy: "See the log of the gateway, and that of the function.",
    },
    ...(stream === undefined ? [] : watchedStreams(stream)),
    {
      name: "REST API 5xx",
      metric: rest.api.metricServerError(summed),
      limit: 0,
      remedy: "See the log of the REST API: it is S3 that did not answer, or the authorizer.",
    },
    {
      name: "Authorizer errors",
      metric: rest.authorizer.metricErrors(summed),
      limit: 0,
      remedy: "It ended without an answer: see its log.",
    },
    {
      name: "Worker errors",
      metric: worker.events.metricErrors(summed),
      limit: 0,
      remedy: "See the log of the worker's functions.",
    },
    {
      name: "Sweep errors",
      metric: worker.sweep.metricErrors(summed),
      limit: 0,
      remedy:
        "Nobody aborts given-up uploads but the bucket's own rule: see the log of the worker's functions.",
    },
    {
      name: "Messages that failed",
      metric: queues.failed.metricApproximateNumberOfMessagesVisible({ ...summed, statistic: "Maximum" }),
      limit: 0,
      remedy: "The worker could not do anything with them: see its log, then send them again or delete them.",
    },
  ];
}

function watchedStreams({ handler }: StreamDoor): Watched[] {
  return [
    {
      name: "Stream errors",
      metric: handler.metricErrors(summed),
      limit: 0,
      remedy: "Downloads of the route lambda broke off: see its log.",
    },
    {
      name: "Stream throttles",
      metric: handler.metricThrottles(summed),
      limit: 0,
      remedy:
        "More downloads at once than streamedDownloads of the stage lets through, or somebody without a grant who asks a lot. Clients try again.",
    },
  ];
}
