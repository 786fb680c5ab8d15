import type * as z from "zod/mini";
import type { MessageQueues } from "./message-queues.ts";
import { parseInput } from "./wire/parse-input.ts";

/** What an action works with, beside its input. */
export interface SqsContext {
  queues: MessageQueues;
  /** Of this server: where the URLs of queues begin. */
  endpoint: string;
  /** Aborted when the client has gone. */
  signal: AbortSignal | undefined;
}

/** One action of the SQS API, named as in Amazon's reference. */
export interface SqsAction {
  name: string;
  /** @returns the answer, to be written as JSON */
  run(body: Buffer, context: SqsContext): object | Promise<object>;
}

/** @param action.input - what is not in it is refused, not ignored: use `z.strictObject` */
export function defineAction<Schema extends z.ZodMiniType>(action: {
  name: string;
  input: Schema;
  run: (input: z.output<Schema>, context: SqsContext) => object | Promise<object>;
}): SqsAction {
  const { name, input, run } = action;
  return { name, run: (body, context) => run(parseInput(body, { action: name, schema: input }), context) };
}
