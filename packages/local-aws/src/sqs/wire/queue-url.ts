import { SqsError } from "../sqs-error.ts";

export function toQueueUrl(queue: { endpoint: string; accountId: string; name: string }): string {
  return `${queue.endpoint}/${queue.accountId}/${queue.name}`;
}

/**
 * Account and name in the path of a queue's URL. Its host says nothing: the request has already come here,
 * by whichever of the names that this machine has.
 *
 * @throws {SqsError} `InvalidAddress`
 */
export function parseQueueUrl(text: string): { accountId: string; name: string } {
  const [, accountId, name] = /^\/(\d{12})\/([\w-]+(?:\.fifo)?)$/.exec(pathOf(text) ?? "") ?? [];
  if (accountId === undefined || name === undefined) {
    throw new SqsError("InvalidAddress", { message: `The address ${text} is not valid for this endpoint.` });
  }
  return { accountId, name };
}

function pathOf(text: string): string | undefined {
  const url = URL.parse(text);
  const isBare = url !== null && url.search === "" && url.hash === "";
  return isBare && /^https?:$/.test(url.protocol) ? url.pathname : undefined;
}
