import { createRequire } from "node:module";
import { join } from "node:path";
import {
  createCloudFrontSigner,
  importCloudFrontKey,
  type CloudFrontKey,
  type RouteSigner,
} from "@waybill/core";
import { createCloudFront, type CloudFront } from "@waybill/local-aws";
import type { EdgeHandler } from "../edge/create-edge-handler.ts";
import { writeEdgeBundle } from "../edge/write-edge-bundle.ts";
import { doorSigner, type DoorKeys } from "./door-keys.ts";
import { DOOR_ARN, toDistribution } from "./local-distribution.ts";
import type { StoreBehind } from "./open-rest-api.ts";

/**
 * The distribution, with the door that is bundled for its edges, behind the stand-in of CloudFront. One pair of keys signs for
 * that door and for downloads.
 *
 * @param options.dataDir - of the stand-in of S3
 */
export async function openDistribution(options: {
  store: Pick<StoreBehind, "bucket" | "region" | "endpoint">;
  dataDir: string;
  keys: DoorKeys;
  origins: readonly string[];
  clock?: () => Date;
}): Promise<{ cloudFront: CloudFront; signer: RouteSigner; key: () => Promise<CloudFrontKey> }> {
  const { store, dataDir, keys, origins, clock = () => new Date() } = options;
  const { bucket, region, endpoint } = store;
  const { keyId, spki, privateKeyPem } = keys;
  const module = writeEdgeBundle(join(dataDir, `edge-${keyId}`), [{ keyId, spki }]);
  const { handler } = createRequire(import.meta.url)(module) as { handler: EdgeHandler };
  const cloudFront = await createCloudFront({
    ...toDistribution({ bucket, region, origins, publicKeys: new Map([[keyId, spki]]) }),
    functions: { [DOOR_ARN]: handler },
    s3: { endpoint, region, dataDir },
    loopbackIsSecure: true, // as browsers have it
    clock,
  });
  const url = cloudFront.endpoint;
  const key = () => importCloudFrontKey({ keyPairId: keyId, privateKeyPem, hash: "SHA-256" });
  return {
    cloudFront,
    key,
    signer: {
      ...doorSigner("cloudfront", { url: () => url, keys, now: clock }),
      ...createCloudFrontSigner({ url, key, now: clock }),
    },
  };
}
