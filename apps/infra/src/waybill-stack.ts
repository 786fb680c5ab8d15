import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Distribution } from "aws-cdk-lib/aws-cloudfront";
import type { Construct } from "constructs";
import { apiEnvironment, createApiFunction, grantSecrets } from "./api-function.ts";
import { createAlarms } from "./alarms.ts";
import { createApiRole } from "./api-role.ts";
import { createSigningRole, createVendingRole } from "./assumed-roles.ts";
import { createBudget } from "./budget.ts";
import type { DeployedKeys } from "./deployed-keys.ts";
import { createEventQueues } from "./events-queue.ts";
import { createEdgeFunction } from "./edge-function.ts";
import { createFilesDistribution } from "./files-distribution.ts";
import { createFilesBucket } from "./files-bucket.ts";
import { addRoutes, createGateway } from "./http-api.ts";
import { createIdentity } from "./identity.ts";
import { createPage, deployPage } from "./page.ts";
import { createRestDoor } from "./rest-api.ts";
import { createStreamDoor } from "./stream-door.ts";
import type { StageSettings } from "./stages.ts";
import { watchedOf } from "./watched.ts";
import { createWorker } from "./worker.ts";

export interface WaybillStackProps extends StackProps {
  stage: string;
  settings: StageSettings;
  keys: DeployedKeys;
}

/** All of one stage, but for what CloudFront wants in us-east-1. */
export class WaybillStack extends Stack {
  readonly distributions: { files: Distribution; page: Distribution };

  constructor(scope: Construct, id: string, props: WaybillStackProps) {
    super(scope, id, props);
    const { stage, settings, keys } = props;
    const { keepData, domains, cookieDomain, moreOrigins = [] } = settings;

    const page = createPage(this);
    const origins = [page.origin, ...moreOrigins];
    const queues = createEventQueues(this);
    const files = createFilesBucket(this, { origins, keepData, events: queues.events });
    const door = createEdgeFunction(this, { keys: keys.door, stackId: `${id}-edge` });
    const atEdge = createFilesDistribution(this, {
      files,
      origins,
      keys: keys.cloudfront,
      door,
      domain: domains?.files,
    });
    const identity = createIdentity(this, { stage, pageUrl: `${page.origin}/`, keepData });
    const gateway = createGateway(this, { identity, origins, domain: domains?.api });
    const rest = createRestDoor(this, { files, keys: keys.door, origins });
    const atOnce = settings.streamedDownloads;
    const stream =
      atOnce === undefined ? undefined : createStreamDoor(this, { files, keys: keys.door, origins, atOnce });

    const role = createApiRole(this, files);
    grantSecrets(role, stage);
    const signing = createSigningRole(this, { files, api: role });
    const vending = createVendingRole(this, { files, api: role });
    const environment = apiEnvironment({
      stage,
      files,
      identity,
      keys,
      roles: { signing, vending },
      urls: { lambda: gateway.url, stream: stream?.url, apigateway: rest.url, cloudfront: atEdge.url },
      keyPairIds: atEdge.keyPairIds,
      cookieDomain,
    });
    const api = createApiFunction(this, { role, environment });
    addRoutes(gateway, api);
    deployPage(page, gateway.url);
    const worker = createWorker(this, { stage, apiUrl: gateway.url, identity, queues });
    createBudget(this, { monthlyUsd: settings.monthlyBudgetUsd, email: settings.alarmEmail });
    createAlarms(this, {
      stage,
      email: settings.alarmEmail,
      watched: watchedOf({ api, http: gateway.stage, stream, rest, worker, queues }),
    });

    this.distributions = { files: atEdge.distribution, page: page.distribution };

    const outputs = {
      ApiUrl: gateway.url,
      PageUrl: `${page.origin}/`,
      FilesUrl: atEdge.url,
      ...(stream === undefined ? {} : { StreamUrl: stream.url }),
      Bucket: files.bucketName,
      UserPool: identity.pool.userPoolId,
      WorkerClient: identity.workerClientId,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
