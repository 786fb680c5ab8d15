import * as z from "zod/mini";
import { defineAction } from "../sqs-action.ts";
import { invalidParameter } from "../sqs-error.ts";
import { MAX_LISTED_QUEUES } from "../sqs-limits.ts";
import { checkRange } from "../wire/check-range.ts";
import { toQueueUrl } from "../wire/queue-url.ts";

export const listQueues = defineAction({
  name: "ListQueues",
  input: z.strictObject({
    QueueNamePrefix: z.optional(z.string()),
    MaxResults: z.optional(z.int()),
    NextToken: z.optional(z.string()),
  }),
  run({ QueueNamePrefix: prefix = "", MaxResults, NextToken }, { queues, endpoint }) {
    const max = MAX_LISTED_QUEUES;
    checkRange(MaxResults, { name: "MaxResults", min: 1, max, reason: `Must be between 1 and ${max}.` });
    const limit = MaxResults ?? max;
    const after = NextToken === undefined ? "" : parseToken(NextToken);
    const found = queues.list({ prefix, after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    // Who does not say how many gets the first thousand, and no word of others.
    const hasNext = MaxResults !== undefined && found.length > page.length && last !== undefined;
    if (last === undefined) return {};
    return {
      QueueUrls: page.map(({ name }) => toQueueUrl({ endpoint, accountId: queues.accountId, name })),
      ...(hasNext ? { NextToken: toToken(last.name) } : {}),
    };
  },
});

/** A page ends with a name; the next one begins behind it, though that queue may be gone by then. */
function toToken(name: string): string {
  return Buffer.from(name).toString("base64");
}

function parseToken(token: string): string {
  const name = Buffer.from(token, "base64").toString();
  if (/^[\w-]{1,80}$/.test(name) && toToken(name) === token) return name;
  throw invalidParameter({ name: "NextToken", value: token, reason: "Not a token of an earlier page." });
}
