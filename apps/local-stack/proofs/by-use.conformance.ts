import { expect, it } from "vitest";
import { CEPH_TRUST, openOtherStore } from "./open-other-store.ts";
import { DECISIONS } from "./decisions.ts";
import { describeByUse } from "./describe-by-use.ts";
import { GRANTS } from "./grants.ts";
import { openVersioned } from "./scene.ts";

const count = Number(process.env["DECISIONS"] ?? DECISIONS.byCredentials.length);
const isCeph = process.env["S3_KNOWN_DIFFERENCES"] === "ceph";

describeByUse(
  `credentials for the server at ${process.env["S3_ENDPOINT"]}`,
  async () => [
    await openVersioned({
      store: await openOtherStore(process.env, isCeph ? { trustPolicy: CEPH_TRUST } : {}),
    }),
  ],
  { decisions: DECISIONS.byCredentials, grants: GRANTS.filter(({ route }) => route === "presigned"), count },
);

it.runIf(isCeph)(
  "gives none where a session could assume its role again, and be rid of its policy",
  async () => {
    await using api = await openVersioned({ store: await openOtherStore(process.env) });
    const issued = api.as({ id: "u1", scopes: [] }).credentials.issue({ collection: "drive" });
    await expect(issued).rejects.toThrow("the role could be assumed again");
  },
);
