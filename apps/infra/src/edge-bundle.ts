import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { BUNDLES } from "./bundles.ts";
import type { DeployedKeys } from "./deployed-keys.ts";

const MODULE = "handler.cjs";

/**
 * The door at CloudFront's edges, and beside it, in the file that it reads, the public keys that open it: another key is
 * another version of the function.
 */
export function edgeCode({ publicKeys }: DeployedKeys["door"]): Code {
  return Code.fromAsset(BUNDLES.edge, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("none"), // CDK wants one, and asks for it only where the rest does not do
      local: {
        tryBundle(folder) {
          copyFileSync(join(BUNDLES.edge, MODULE), join(folder, MODULE));
          writeFileSync(join(folder, "edge-keys.json"), JSON.stringify(publicKeys));
          return true;
        },
      },
    },
  });
}
