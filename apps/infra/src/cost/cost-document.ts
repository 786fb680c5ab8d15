import { Route, ROUTES } from "@waybill/core";
import { ASSUMED, countTransfer, type Direction, type Usage } from "./count-transfer.ts";
import { PRICES, PRICES_OF, type Price } from "./prices.ts";

const GB = 1e9;
const MB = 1e6;

/** AWS Lambda asks a queue with five pollers, each of which waits twenty seconds for an answer. */
const POLLS_A_MINUTE = 5 * 3;

/** What a stage uses in a month in which nobody does anything. */
export const IDLE: Usage = {
  alarm: 12,
  machineClient: 1,
  machineToken: 30,
  queueRequest: POLLS_A_MINUTE * 60 * 24 * 30,
};

/** US dollars. */
export function costOf(usage: Usage): number {
  return Object.entries(usage).reduce((total, [name, quantity]) => total + priceOf(name).usd * quantity, 0);
}

function priceOf(name: string): Price {
  const found = Object.entries(PRICES).find(([other]) => other === name);
  if (found === undefined) throw new Error(`There is no price of ${name}.`);
  return found[1];
}

/** `docs/cost.md`, all of it. */
export function costDocument(): string {
  return [INTRO, routeTables(), idleTable(), priceTable(), assumptions()].join("\n\n").concat("\n");
}

const INTRO = `# What it costs

Written by \`npx pnpm cost\` from \`apps/infra/src/cost\`: the prices are in \`prices.ts\`, what is used of what has a price is
counted in \`count-transfer.ts\`. Change a price there and write this anew; a test fails when it was forgotten.

US dollars, list prices of us-east-1 in ${PRICES_OF}, of the first step and without what AWS gives for nothing. Other Regions
differ by some tens of percent, mostly upwards. They were read in copies of AWS's pages: look there before you count on
one. Nobody has held this against a bill yet.`;

function routeTables(): string {
  const rows = Route.options.map((route) => {
    const cells = (["upload", "download"] as const).flatMap((direction) => [
      one(route, direction, GB, 1),
      one(route, direction, MB, 1000),
      one(route, direction, 10_000, 1000),
    ]);
    return `| \`${route}\` | ${cells.join(" | ")} |`;
  });
  return `## To move files

|  | up: one of 1 GB | up: 1,000 of 1 MB | up: 1,000 of 10 kB | down: one of 1 GB | down: 1,000 of 1 MB | down: 1,000 of 10 kB |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join("\n")}

Calls of the API, and what follows an upload, are in it. Storage comes on top: ${usd(PRICES.s3Storage.usd)} for a GB and month, and as
much for what was replaced or deleted, for the 30 days that it can be brought back. \`lambda\` carries no file of more than
${(ROUTES.lambda.upload.maxBodyBytes / MB).toFixed(1)} MB up. The bytes are what costs, and of them those that leave AWS: only CloudFront has a better price for
these, and its first TB in a month costs nothing.`;
}

function one(route: Route, direction: Direction, sizeBytes: number, files: number): string {
  const usage = countTransfer(route, direction, sizeBytes);
  return usage === undefined ? "–" : usd(costOf(usage) * files);
}

function idleTable(): string {
  const rows = Object.entries(IDLE).map(([name, quantity]) => {
    const { usd: each, per } = priceOf(name);
    return `| ${quantity.toLocaleString("en")} × ${per} | ${usd(each * quantity)} |`;
  });
  return `## To leave it running

A month in which nobody does anything:

|  |  |
| --- | ---: |
${rows.join("\n")}
| **together** | **${usd(costOf(IDLE))}** |

Nothing runs while nobody calls, and buckets, distributions, gateways and keys cost nothing by themselves. The worker asks its
queue all the time and logs in once a day. AWS gives ten alarms and a million requests to SQS for nothing.`;
}

function priceTable(): string {
  const rows = Object.values(PRICES).map(
    ({ usd: each, per, source }) => `| ${per} | ${exact(each)} | ${source} |`,
  );
  return `## The prices

| one | US dollars | source |
| --- | ---: | --- |
${rows.join("\n")}`;
}

function assumptions(): string {
  const { api, throughFunction, stream, authorizer, edge, partsPerCall } = ASSUMED;
  return `## What is assumed

- A call of the API takes ${ms(api.seconds)} of ${api.memoryGb.toFixed(2)} GB; the client has ${partsPerCall} parts signed by one.
- Bytes go through the functions of the route \`lambda\` with ${throughFunction.bytesPerSecond / MB} MB a second, after ${ms(throughFunction.seconds)}. What it brings down comes from the
  Function URL, ${stream.maxAnswerBytes / MB} MB at once, by ${stream.memoryGb} GB: of each answer Lambda passes on the first ${stream.freeBytes / MB} MB as they come, then ${stream.cappedBytesPerSecond / MB} MB a second.
- The authorizer of the REST API takes ${ms(authorizer.seconds)} of ${authorizer.memoryGb} GB, the function at the edge ${ms(edge.seconds)} of ${edge.memoryGb} GB.
- Nothing is sent twice, and nothing comes from CloudFront's cache.`;
}

function ms(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}

function usd(amount: number): string {
  return amount >= 1 ? amount.toFixed(2) : amount.toPrecision(2);
}

function exact(amount: number): string {
  return amount.toFixed(10).replace(/\.?0+$/, "");
}
