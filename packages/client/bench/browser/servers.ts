import { fileURLToPath } from "node:url";
import { route } from "@better-upload/server";
import { browserCorsRules, createLocalAws } from "@waybill/local-aws";
import { bundlePage } from "../../rig/bundle-page.ts";
import { openFrontServer } from "../../rig/front-server.ts";
import { BUCKET, openApi, ROLE, ROLE_POLICY } from "../../rig/open-api.ts";
import { createUserTokens } from "../../rig/user-tokens.ts";
import type { Servers } from "./start-servers.ts";

/*
 * What stands at the far end, in a process of its own: the store; and the page, Waybill's API and the peers'
 * servers. `servers.ts FOLDER`: where the store keeps its files.
 */
const MAX_BYTES = 1024 ** 3;

process.once("disconnect", () => process.exit(0)); // whoever started it is done, or gone
const [folder = ""] = process.argv.slice(2);
const aws = await createLocalAws({
  dataDir: folder,
  buckets: [{ name: BUCKET, cors: browserCorsRules(["*"]) }],
  roles: [{ name: ROLE, policies: [ROLE_POLICY] }],
});
const front = await openFrontServer({
  aws,
  api: await openApi(aws, aws.endpoint),
  storeOrigin: aws.endpoint,
  userTokens: createUserTokens(),
  page: await bundlePage(fileURLToPath(new URL("page.ts", import.meta.url))),
  betterUploadRoutes: {
    large: route({ multipart: true, maxFileSize: MAX_BYTES }), // parts of 50 MiB, as it comes
    files: route({ multipleFiles: true, maxFiles: 1000, maxFileSize: MAX_BYTES }),
  },
});
const { endpoint, region, credentials } = aws;
process.send?.({ front: front.origin, store: { endpoint, region, credentials } } satisfies Servers);
