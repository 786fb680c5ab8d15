import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright";
import { launchChromium } from "../rig/launch-chromium.ts";
import { versionOf } from "../rig/version-of.ts";
import { ClientName } from "./browser/clients.ts";
import { emptyStore } from "./browser/empty-store.ts";
import { openLatencyProxy } from "./browser/latency-proxy.ts";
import { runOnce, type PageSample } from "./browser/run-once.ts";
import { QUICK_SCENARIOS, SCENARIOS, titleOf, writeSources, type Scenario } from "./browser/scenarios.ts";
import { startServers } from "./browser/start-servers.ts";
import { toTable, type Measured } from "./browser/table.ts";

/*
 * Waybill's client in Chromium beside others, turn by turn: `node bench/browser.ts [--rounds 5] [--latency MS]…
 * [--client NAME]… [--quick] [--folder /dev/shm]`. It needs Linux, for memory and for the proxies' address.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    latency: { type: "string", multiple: true, default: ["0", "40", "150"] },
    client: { type: "string", multiple: true, default: ClientName.options },
    quick: { type: "boolean", default: false },
    folder: { type: "string", default: "/dev/shm" },
  },
});
const LATENCIES = values.latency.map(Number);
const CLIENTS = values.client.map((name) => ClientName.parse(name));
const ROUNDS = Number(values.rounds);

/** The same ports at another address of this machine: there the way to the servers is long. */
const FAR = "127.0.0.2";

const stopping = new AbortController();
// Then what runs ends in order, and leaves neither a Chromium nor files behind.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => stopping.abort());

await using resources = new AsyncDisposableStack();
const folder = await mkdtemp(join(values.folder, "waybill-bench-"));
resources.defer(() => rm(folder, { recursive: true }));
const servers = resources.use(await startServers(join(folder, "store")));
const tables: string[] = [];
for (const scenario of values.quick ? QUICK_SCENARIOS : SCENARIOS)
  tables.push("", `### ${titleOf(scenario)}`, "", toTable(await measure(scenario), LATENCIES));
process.stdout.write(`${[...(await introduction()), ...tables].join("\n")}\n`);

async function measure(scenario: Scenario): Promise<Measured> {
  const files = await writeSources(folder, scenario);
  const clients = CLIENTS.filter((client) => client !== "waybill-large-parts" || scenario.count === 1);
  const measured = new Map(clients.map((client) => [client, new Map<number, PageSample[]>()]));
  for (const roundTripMs of LATENCIES) {
    await using far = await openFar(roundTripMs);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const client of turned(clients, round)) {
        stopping.signal.throwIfAborted();
        const sample = await runOnce(far.browser, { origin: servers.front, client, files });
        await assertStored(client, scenario);
        console.error(titleOf(scenario), `${roundTripMs} ms`, round, client, sample.seconds.toFixed(2));
        if (round === 0) continue; // to warm up
        const samples = measured.get(client);
        samples?.set(roundTripMs, [...(samples.get(roundTripMs) ?? []), sample]);
      }
    }
  }
  return measured;
}

/** A browser from which the servers are so far away. */
async function openFar(roundTripMs: number): Promise<AsyncDisposable & { browser: Browser }> {
  await using opened = new AsyncDisposableStack();
  const ways = roundTripMs === 0 ? [] : [servers.front, servers.store.endpoint].map((url) => new URL(url));
  for (const { hostname: host, port } of ways) {
    const target = { host, port: Number(port) };
    opened.use(await openLatencyProxy({ listen: { ...target, host: FAR }, target, roundTripMs }));
  }
  const rules = ways.map(({ host, port }) => `MAP ${host} ${FAR}:${port}`);
  const browser = opened.use(await launchChromium([`--host-resolver-rules=${rules.join(",")}`]));
  const moved = opened.move();
  return { browser, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}

async function assertStored(client: ClientName, { count, sizeBytes }: Scenario): Promise<void> {
  const sizes = await emptyStore(servers.store);
  if (sizes.length !== count || sizes.some((size) => size !== sizeBytes))
    throw new Error(`${client} said success, and the store has not what it should have.`);
}

/** So that nobody is always the first, or always comes after the same one. */
function turned<T>(list: readonly T[], by: number): T[] {
  return list.map((_, index) => list[(index + by) % list.length]).filter((each) => each !== undefined);
}

async function introduction(): Promise<string[]> {
  await using browser = await launchChromium();
  const [uppy, betterUpload] = await Promise.all(["@uppy/aws-s3", "@better-upload/client"].map(versionOf));
  return [
    "## Uploads from a browser",
    "",
    `Waybill's client, @uppy/aws-s3 ${uppy} and @better-upload/client ${betterUpload} in Chromium ${browser.version()}, each as it comes, turn by`,
    "turn, in a new profile whose page is loaded and at rest when the upload begins. One store (`@waybill/local-aws`), and",
    "one server that signs for all of them; HTTP/1.1, so that there are six connections to each. The round trip, at the",
    "head of a column, is that of a proxy before both: a new connection costs one more; its bandwidth has no limit. Browser,",
    "proxy and servers share the machine, which is what limits them where there is no latency.",
    "",
    "Waybill is done when each file is proven: it computes the CRC64NVME of every byte, has it signed into every request,",
    "and compares that of the whole with the store's. The others are done when the store has answered 200; they compute",
    "and compare nothing. Uppy sends parts (5 MiB, of files above 100 MiB) one after another, and has each request signed by",
    "a call; better-upload has all files signed by one call, and cuts the one large file into parts of 50 MiB. In brackets:",
    "so many times as long as Waybill. CPU is that of all of Chromium, memory the peak of the page's process, both at",
    `${LATENCIES[0]} ms. Medians of ${ROUNDS} rounds after one to warm up.`,
  ];
}
