export interface QueueArn {
  region: string;
  accountId: string;
  name: string;
}

export function toQueueArn({ region, accountId, name }: QueueArn): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

/** @returns undefined when it is not the ARN of a queue */
export function parseQueueArn(text: string): QueueArn | undefined {
  const [, region, accountId, name] = ARN.exec(text) ?? [];
  if (region === undefined || accountId === undefined || name === undefined) return undefined;
  return { region, accountId, name };
}

const ARN = /^arn:aws:sqs:([a-z0-9-]+):(\d{12}):([\w-]{1,80}(?:\.fifo)?)$/;
