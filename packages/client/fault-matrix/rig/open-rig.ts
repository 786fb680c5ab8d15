import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  browserCorsRules,
  createLocalAws,
  type Fault,
  type InjectedFault,
  type LocalAws,
} from "@waybill/local-aws";
import { route as betterUploadRoute } from "@better-upload/server";
import type { RouteChoice } from "@waybill/core";
import type { PageFiles } from "../../rig/bundle-page.ts";
import { FILE_BYTES, PART_BYTES } from "../sizes.ts";
import { openFrontServer } from "../../rig/front-server.ts";
import type { Gate } from "../../rig/gate.ts";
import { distributionBucketPolicy } from "@waybill/lambda/testing/local-distribution";
import { DOOR_ROLE, openDoor } from "../../rig/open-door.ts";
import { BUCKET, openApi, ROLE, ROLE_POLICY, type RigApi } from "../../rig/open-api.ts";
import { openStoreProxy, type ProxyRule } from "./store-proxy.ts";
import { createUserTokens, type UserTokens } from "../../rig/user-tokens.ts";

/** Everything that one cell needs, of its own: a store, the way to it, and the servers that sign. */
export interface Rig extends AsyncDisposable {
  aws: LocalAws;
  /** The way to the store, which everybody takes but the one who judges. */
  store: Gate;
  /** Page, API and the servers of the peers. */
  front: Gate;
  api: RigApi;
  userTokens: UserTokens;
  folder: string;
  /** A fault of the stand-in of S3. */
  inject(fault: Fault): InjectedFault;
  /** A fault of the way to the store. */
  addRule(rule: ProxyRule): void;
  /** A fault of another kind has taken effect. */
  struck(): void;
  /** How often anything has taken effect: a cell in which nothing did proves nothing. */
  strikes(): number;
}

/** What better-upload's server needs for files of this size. */
const BETTER_UPLOAD_ROUTES = {
  files: betterUploadRoute({ multipart: true, partSize: PART_BYTES, maxFileSize: FILE_BYTES }),
};

export async function openRig(page: PageFiles, route: RouteChoice): Promise<Rig> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "waybill-faults-"));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const dataDir = join(folder, "aws");
  const aws = opened.use(
    await createLocalAws({
      dataDir,
      buckets: [{ name: BUCKET, cors: browserCorsRules(["*"]), policy: distributionBucketPolicy(BUCKET) }],
      roles: [{ name: ROLE, policies: [ROLE_POLICY] }, DOOR_ROLE],
    }),
  );
  const injected: InjectedFault[] = [];
  const rules: ProxyRule[] = [];
  let strikes = 0;
  const decide: ProxyRule = (request) => {
    for (const rule of rules) {
      const fault = rule(request);
      if (fault === undefined) continue;
      strikes += 1;
      return fault;
    }
    return undefined;
  };
  const store = opened.use(await openStoreProxy(aws.endpoint, decide));
  const door = opened.use(await openDoor(route, { aws, dataDir, storeOrigin: store.origin }));
  const api = await openApi(aws, store.origin, door.deps);
  opened.defer(() => api.close());
  const userTokens = createUserTokens();
  const front = opened.use(
    await openFrontServer({
      aws,
      api,
      storeOrigin: store.origin,
      userTokens,
      page,
      betterUploadRoutes: BETTER_UPLOAD_ROUTES,
    }),
  );
  const resources = opened.move();
  return {
    aws,
    store,
    front,
    api,
    userTokens,
    folder,
    inject(fault) {
      const active = aws.faults.inject(fault);
      injected.push(active);
      return active;
    },
    addRule: (rule) => void rules.push(rule),
    struck() {
      strikes += 1;
    },
    strikes: () => injected.reduce((sum, { hits }) => sum + hits, strikes),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
