import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROUTE_PATHS, type Route } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";
import { messageOf, type Check } from "./check.ts";

/** Where a deployment has the small object that tells whether a route works. */
const COLLECTION = "files";
const SIZE_BYTES = 1000;

/** Send a few bytes along each route that is offered, fetch them back, and remove them. */
export async function checkRoutes(context: CommandContext, report: (check: Check) => void): Promise<void> {
  const { client, signal } = context;
  const { collections } = await client.call(
    (api) => api.collections.list.query(undefined, { signal }),
    signal,
  );
  const collection = collections.find(({ name }) => name === COLLECTION) ?? collections[0];
  if (collection === undefined)
    return report({
      name: "routes",
      ok: false,
      detail: "there is no collection that you may use",
      remedy: "Ask whoever deploys the API for a rule that lets you.",
    });
  const { name, routes } = collection;
  report({ name: "routes", ok: true, detail: `${name} offers ${routes.join(", ")}` });
  const folder = await mkdtemp(join(tmpdir(), "waybill-doctor-"));
  try {
    for (const route of routes) report(await checkRoute(context, { route, collection: name, folder }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function checkRoute(
  { client, signal }: CommandContext,
  { route, collection, folder }: { route: Route; collection: string; folder: string },
): Promise<Check> {
  const name = `route ${route}`;
  const [sent, back] = [join(folder, "waybill-doctor.bin"), join(folder, "waybill-doctor.back")];
  const bytes = randomBytes(SIZE_BYTES);
  await writeFile(sent, bytes);
  let stage = "an upload";
  let key: string | undefined;
  try {
    ({ key } = await client.upload(sent, { collection, route, signal }));
    stage = "a download";
    await client.download(key, back, { route, signal });
    if (!bytes.equals(await readFile(back))) throw new Error("other bytes came back");
    stage = "the removal";
    await removeFrom({ client, signal }, key);
    return { name, ok: true, detail: `works both ways, ${ROUTE_PATHS[route]}` };
  } catch (error) {
    const left =
      key === undefined || (await isRemoved({ client, signal }, key)) ? "" : `; ${key} may still be there`;
    return {
      name,
      ok: false,
      detail: `${stage} failed (${messageOf(error)}), ${ROUTE_PATHS[route]}${left}`,
      remedy: "See the log of what is on that way; or take the route out of the collection.",
    };
  }
}

async function isRemoved(context: Pick<CommandContext, "client" | "signal">, key: string): Promise<boolean> {
  try {
    await removeFrom(context, key);
    return true;
  } catch {
    return false; // what failed first is what counts; that something is left is told
  }
}

async function removeFrom(
  { client, signal }: Pick<CommandContext, "client" | "signal">,
  key: string,
): Promise<void> {
  await client.call((api) => api.objects.remove.mutate({ keys: [key] }, { signal }), signal);
}
