import type { RouteChoice } from "@waybill/core";
import { assumeRole, createStsClient } from "@waybill/core/s3";
import type { ApiDeps } from "@waybill/api";
import { doorSigner, makeDoorKeys } from "@waybill/lambda/testing/door-keys";
import { openDistribution } from "@waybill/lambda/testing/open-distribution";
import { openRestApi } from "@waybill/lambda/testing/open-rest-api";
import type { LocalAws } from "@waybill/local-aws";
import { BUCKET } from "./open-api.ts";

/** Of what stands before the store, and of sessions for clients. */
export const DOOR_ROLE = {
  name: "waybill-doors",
  policies: [
    {
      Statement: [
        {
          Effect: "Allow" as const,
          Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
          Resource: `arn:aws:s3:::${BUCKET}/*`,
        },
      ],
    },
  ],
};

interface DoorOptions {
  aws: LocalAws;
  dataDir: string;
  /** The way to the store that a door takes, as everybody does. */
  storeOrigin: string;
}

interface OpenDoor extends AsyncDisposable {
  /** What the API then signs with. */
  deps: Partial<ApiDeps>;
}

/** What a route needs besides the API: a front door, where it has one. */
export async function openDoor(route: RouteChoice, options: DoorOptions): Promise<OpenDoor> {
  if (route === "credentials") return withVending(options);
  if (route === "apigateway") return withRestApi(options);
  if (route === "cloudfront") return withCloudFront(options);
  return { deps: {}, [Symbol.asyncDispose]: async () => {} };
}

async function withVending({ aws, storeOrigin }: DoorOptions): Promise<OpenDoor> {
  const { region, endpoint } = aws;
  const sts = await createStsClient({ region, endpoint, credentials: async () => aws.credentials });
  const roleArn = aws.roleArn(DOOR_ROLE.name);
  return {
    deps: {
      vending: {
        assume: (session) => assumeRole(async () => sts, { roleArn, ...session }),
        bucketArn: `arn:aws:s3:::${BUCKET}`,
        endpoint: storeOrigin,
      },
    },
    [Symbol.asyncDispose]: async () => sts.destroy(),
  };
}

async function withRestApi({ aws, storeOrigin }: DoorOptions): Promise<OpenDoor> {
  const rest = await openRestApi({
    store: storeAt(storeOrigin, aws),
    stsEndpoint: aws.endpoint,
    roleArn: aws.roleArn(DOOR_ROLE.name),
    keys,
    allowedOrigins: ["*"],
  });
  return {
    deps: { doors: { apigateway: doorSigner("apigateway", { url: () => rest.api.endpoint, keys }) } },
    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  };
}

async function withCloudFront({ aws, dataDir, storeOrigin }: DoorOptions): Promise<OpenDoor> {
  const store = storeAt(storeOrigin, aws);
  const { cloudFront, signer } = await openDistribution({ store, dataDir, keys, origins: ["*"] });
  return { deps: { doors: { cloudfront: signer } }, [Symbol.asyncDispose]: () => cloudFront.close() };
}

function storeAt(endpoint: string, { region, credentials }: LocalAws) {
  return { bucket: BUCKET, region, endpoint, credentials };
}

/** One pair for all doors of a process, since what is bundled reads it when it is loaded. */
const keys = makeDoorKeys("rig");
