import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Env } from "./env.ts";
import type { Machine } from "./machine.ts";
import { publicHalvesOf, type Secrets } from "./secrets.ts";
import type { ServiceSpec } from "./supervisor.ts";

const LOCAL_BUCKET = "waybill";
const SIGNING_ROLE = "waybill-grants";
const VENDING_ROLE = "waybill-sessions";
const GATEWAY_ROLE = "waybill-gateway";
const STREAM_ROLE = "waybill-stream";
const roleArn = (name: string) => `arn:aws:iam::000000000000:role/${name}`; // in the stand-in's only account

/** What was decided, a line of JSON each. On AWS it is the function's log. */
export function auditFile(dataDir: string): string {
  return join(dataDir, "audit.jsonl");
}

/** What runs, stage after stage, and which variables each service sees. */
export function serviceStages(options: {
  env: Env;
  machine: Machine | undefined;
  secrets: Secrets;
  variables: Record<string, string | undefined>;
  dev: boolean;
}): ServiceSpec[][] {
  const { secrets, variables, machine } = options;
  const { ports, dataDir, externalStore, externalIssuer } = options.env;
  const base = {
    ...variables,
    WAYBILL_TOKEN: undefined, // that of whoever started us
    WAYBILL_WEB_PORT: String(ports.web),
    WAYBILL_API_PORT: String(ports.api),
    WAYBILL_AWS_PORT: String(ports.aws),
    WAYBILL_OIDC_PORT: String(ports.oidc),
    WAYBILL_GATEWAY_PORT: String(ports.gateway),
    WAYBILL_STREAM_PORT: String(ports.stream),
    WAYBILL_DATA_DIR: dataDir,
    WAYBILL_DEV: String(options.dev),
  };
  const store =
    externalStore === undefined
      ? {
          WAYBILL_S3_BUCKET: LOCAL_BUCKET,
          WAYBILL_S3_ENDPOINT: `http://127.0.0.1:${ports.aws}`,
          WAYBILL_S3_FORCE_PATH_STYLE: "true",
          WAYBILL_S3_ACCELERATE: undefined,
          AWS_USE_DUALSTACK_ENDPOINT: undefined,
          AWS_USE_FIPS_ENDPOINT: undefined,
          AWS_REGION: "us-east-1",
          AWS_ACCESS_KEY_ID: secrets.accessKeyId,
          AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey,
          AWS_SESSION_TOKEN: undefined,
          AWS_PROFILE: undefined,
          WAYBILL_SIGNING_ROLE_ARN: roleArn(SIGNING_ROLE),
          WAYBILL_VENDING_ROLE_ARN: roleArn(VENDING_ROLE),
          WAYBILL_STS_ENDPOINT: `http://127.0.0.1:${ports.aws}`,
        }
      : { AWS_REGION: externalStore.region };
  const identity =
    externalIssuer === undefined
      ? {
          WAYBILL_OIDC_ISSUER: `http://127.0.0.1:${ports.oidc}`,
          WAYBILL_OIDC_AUDIENCE: `http://127.0.0.1:${ports.api}`,
          WAYBILL_OIDC_PAGE_CLIENT_ID: "waybill-page",
          WAYBILL_OIDC_PROGRAM_CLIENT_ID: "waybill-cli",
          WAYBILL_OIDC_PROGRAM_REDIRECT_URI: undefined,
          WAYBILL_OIDC_SCOPES: undefined,
          WAYBILL_OIDC_SCOPE_PREFIX: undefined,
          WAYBILL_OIDC_PARAMETERS: undefined,
        }
      : {};
  const worker = machine && {
    WAYBILL_API_URL: `http://127.0.0.1:${ports.api}`,
    WAYBILL_OIDC_ISSUER: machine.issuer,
    WAYBILL_WORKER_CLIENT_ID: machine.clientId,
    WAYBILL_WORKER_CLIENT_SECRET: machine.clientSecret,
    WAYBILL_WORKER_SCOPE: machine.scope,
  };

  const aws = {
    name: "store",
    module: own("./services/aws.ts"),
    env: {
      ...base,
      ...store,
      WAYBILL_SIGNING_ROLE: SIGNING_ROLE,
      WAYBILL_VENDING_ROLE: VENDING_ROLE,
      WAYBILL_GATEWAY_ROLE: GATEWAY_ROLE,
      WAYBILL_STREAM_ROLE: STREAM_ROLE,
    },
    announces: true,
  };
  const gateway = {
    name: "gateway",
    module: own("./services/gateway.ts"),
    env: {
      ...base,
      ...store,
      WAYBILL_GATEWAY_ROLE_ARN: roleArn(GATEWAY_ROLE),
      WAYBILL_DOOR_PUBLIC_KEYS: publicHalvesOf(secrets.doorKeys),
    },
    announces: true,
  };
  const edge = {
    name: "edge",
    module: own("./services/cloudfront.ts"),
    env: {
      ...base,
      ...store,
      AWS_ACCESS_KEY_ID: undefined, // CloudFront has none of ours
      AWS_SECRET_ACCESS_KEY: undefined,
      WAYBILL_CLOUDFRONT_PORT: String(ports.cloudfront),
      WAYBILL_DOOR_PUBLIC_KEYS: publicHalvesOf(secrets.doorKeys),
      WAYBILL_CLOUDFRONT_PUBLIC_KEYS: publicHalvesOf(secrets.cloudFrontKeys),
    },
    announces: true,
  };
  const oidc = {
    name: "login",
    module: own("./services/oidc.ts"),
    env: {
      ...base,
      ...identity,
      ...worker,
      WAYBILL_OIDC_TOKEN_SECONDS: String(options.env.tokenSeconds),
    },
    announces: true,
  };
  const api = {
    name: "api",
    module: own("./services/api.ts"),
    env: {
      ...base,
      ...store,
      ...identity,
      WAYBILL_TOKEN_KEYS: secrets.tokenKeys,
      WAYBILL_DOOR_KEYS: secrets.doorKeys,
      WAYBILL_LAMBDA_URL: `http://127.0.0.1:${ports.api}`,
      ...(externalStore === undefined
        ? {
            WAYBILL_APIGATEWAY_URL: `http://127.0.0.1:${ports.gateway}/prod`,
            WAYBILL_CLOUDFRONT_URL: `http://127.0.0.1:${ports.cloudfront}`,
            WAYBILL_CLOUDFRONT_KEYS: secrets.cloudFrontKeys,
            WAYBILL_COOKIE_DOMAIN: "127.0.0.1", // which browsers keep for all ports
          }
        : {}),
      WAYBILL_LAMBDA_STREAM_URL: `http://127.0.0.1:${ports.stream}`,
    },
    announces: true,
    stdout: auditFile(dataDir),
  };
  const stream = {
    name: "stream",
    module: own("./services/stream.ts"),
    env: {
      ...base,
      ...store,
      ...(externalStore === undefined ? { WAYBILL_SIGNING_ROLE_ARN: roleArn(STREAM_ROLE) } : {}),
      WAYBILL_DOOR_PUBLIC_KEYS: publicHalvesOf(secrets.doorKeys),
    },
    announces: true,
  };
  const web = { name: "web", module: own("./services/web.ts"), env: base, announces: true };
  const sweeper = {
    name: "worker",
    module: fileURLToPath(import.meta.resolve("@waybill/worker/main")),
    env: { ...base, ...worker },
    announces: false,
  };
  return [
    [
      ...(externalStore === undefined ? [aws, gateway, edge] : []),
      ...(externalIssuer === undefined ? [oidc] : []),
      api,
      stream,
      web,
    ],
    machine === undefined ? [] : [sweeper],
  ];
}

function own(module: string): string {
  return fileURLToPath(new URL(module, import.meta.url));
}
