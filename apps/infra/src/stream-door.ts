import { EXPOSED_DOOR_HEADERS } from "@waybill/core";
import { Duration, Fn } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  FunctionUrlAuthType,
  HttpMethod,
  InvokeMode,
  type Function as LambdaFunction,
} from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge, allObjectsOf } from "./acknowledge.ts";
import { BUNDLES, codeOf } from "./bundles.ts";
import { createFunction } from "./create-function.ts";
import { doorPublicKeysText, type DeployedKeys } from "./deployed-keys.ts";
import { exceptOwnRecords } from "./own-records.ts";

/**
 * It waits, mostly, and is paid for as long: after the first 6 MB Lambda passes on 2 MB a second, for which a third of a
 * processor is plenty. Of an answer only what is on its way is in memory.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
const STREAM_MEMORY_MB = 512;

/** As long as a function may run, for whoever reads slowly: 200 MB in it are 220 kB a second. */
const TIMEOUT = Duration.minutes(15);

export interface StreamDoor {
  handler: LambdaFunction;
  /** Without a slash at its end. */
  url: string;
}

/**
 * The route `lambda` down: a Function URL whose function passes on what S3 sends as it comes. Anybody may call it, and it
 * brings what a grant of the API says: it verifies that itself, by public keys.
 *
 * @param options.atOnce - more are refused, since nothing else limits how often it is called
 */
export function createStreamDoor(
  scope: Construct,
  options: { files: Bucket; keys: DeployedKeys["door"]; origins: readonly string[]; atOnce: number },
): StreamDoor {
  const { files, keys, origins, atOnce } = options;
  const place = new Construct(scope, "StreamDoor");
  const handler = createFunction(place, "Function", {
    description: "Streams objects of Waybill to those with a grant",
    code: codeOf(BUNDLES.api),
    handler: "stream-handler.handler",
    role: createReadingRole(place, files),
    environment: {
      WAYBILL_S3_BUCKET: files.bucketName,
      WAYBILL_DOOR_PUBLIC_KEYS: doorPublicKeysText(keys),
    },
    timeout: TIMEOUT,
    memoryMb: STREAM_MEMORY_MB,
    reservedConcurrentExecutions: atOnce,
  });
  const { url } = handler.addFunctionUrl({
    authType: FunctionUrlAuthType.NONE,
    invokeMode: InvokeMode.RESPONSE_STREAM,
    cors: {
      allowedOrigins: [...origins],
      allowedMethods: [HttpMethod.GET],
      allowedHeaders: ["*"],
      exposedHeaders: [...EXPOSED_DOOR_HEADERS],
      maxAge: Duration.minutes(10),
    },
  });
  return { handler, url: `https://${Fn.select(2, Fn.split("/", url))}` };
}

/** To read is all that it is for. */
function createReadingRole(scope: Construct, files: Bucket): Role {
  const role = new Role(scope, "Role", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    description: "Reads the objects that Waybill streams.",
  });
  role.addToPolicy(new PolicyStatement({ actions: ["s3:GetObject"], resources: [files.arnForObjects("*")] }));
  role.addToPolicy(exceptOwnRecords(files));
  acknowledge(role, {
    [allObjectsOf(files)]: "Which object it is says the grant, which the function verifies.",
  });
  return role;
}
