import { RemovalPolicy, type Duration } from "aws-cdk-lib";
import { PolicyStatement, type IRole } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  type Code,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/**
 * From 1,769 MB on a function has a whole processor, and what it does here is signing: a window of part signatures
 * takes half as long as with half of it, and costs the same. So does a start: about 0.1 s of a processor until the first
 * answer, as `npx pnpm bench cold` measures it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const MEMORY_MB = 1769;

/** A function of ours, from a bundle of ours, with a log of its own that it may write to, and no other. */
export function createFunction(
  scope: Construct,
  id: string,
  options: {
    description: string;
    code: Code;
    handler: string;
    role: IRole;
    environment: Record<string, string>;
    timeout: Duration;
    memoryMb?: number;
    /** So many at once, which no others can take away; without it, as many as the account may have. */
    reservedConcurrentExecutions?: number;
  },
): LambdaFunction {
  const { memoryMb = MEMORY_MB, ...props } = options;
  const logGroup = createLogGroup(scope, `${id}Log`);
  options.role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn], // which ends in :*, its streams
    }),
  );
  return new LambdaFunction(scope, id, {
    ...props,
    memorySize: memoryMb,
    architecture: Architecture.ARM_64,
    runtime: Runtime.NODEJS_24_X,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
  });
}

export function createLogGroup(scope: Construct, id: string): LogGroup {
  return new LogGroup(scope, id, {
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
