import { expect, it } from "vitest";
import { decide, DECISIONS, type Decision } from "./decisions.ts";
import { describeByUse } from "./describe-by-use.ts";
import { GRANTS } from "./grants.ts";
import { openScene, openVersioned, openWithDoors, type Api } from "./scene.ts";

const count = Number(process.env["DECISIONS"] ?? 150);

describeByUse("what was granted", openWithDoors, { decisions: DECISIONS.all, grants: GRANTS, count });

const neighbours = {
  attacker: { id: "u1", scopes: [] },
  victim: { id: "u10", scopes: [] },
  collection: "drive",
};

/** What is found wrong by all these uses together. */
async function findBreaches(api: Api, decisions: readonly Decision[]): Promise<string[]> {
  using scene = await openScene(api, neighbours);
  const breaches: string[] = [];
  // What one has destroyed, the next does not find.
  for (const decision of decisions)
    breaches.push(...(await decide(decision, scene).catch((error: unknown) => [String(error)])));
  return [...breaches, ...(await scene.findDamage())];
}

it("is found to reach too far when a policy forgets where a prefix ends", async () => {
  await using api = await openVersioned();
  const { vending } = api.deps;
  if (vending === undefined) throw new Error("There are no credentials.");
  api.deps.vending = {
    ...vending,
    assume: ({ policy, ...session }) =>
      vending.assume({ ...session, policy: policy.replaceAll("/u1/*", "/u1*") }),
  };
  const breaches = await findBreaches(api, DECISIONS.byCredentials);
  for (const name of ["GetObject", "PutObject", "ListObjectsV2", "CopyObject from there", "DeleteObjects"])
    expect(breaches).toContainEqual(expect.stringContaining(`credentials, used for ${name}: `));
  expect(breaches.at(-1)).toContain("was: ");
});

it("is found to reach too far when a rule says yes to everybody", async () => {
  await using api = await openVersioned();
  const { drive, ...rest } = api.deps.collections;
  if (drive === undefined) throw new Error("There is no collection drive.");
  api.deps.collections = { ...rest, drive: { ...drive, who: () => true } };
  const breaches = await findBreaches(api, DECISIONS.byCall);
  for (const name of ["objects.head", "downloads.create", "objects.remove"])
    expect(breaches).toContainEqual(
      expect.stringContaining(`the API, asked for ${name} of the victim's key: `),
    );
});
