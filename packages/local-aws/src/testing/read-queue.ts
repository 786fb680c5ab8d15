import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { S3UnderTest } from "./s3-under-test.ts";

/** A record as S3 writes it, as far as tests look at it. */
export interface EventRecord {
  eventVersion: string;
  eventName: string;
  eventTime: string;
  s3: {
    configurationId: string;
    object: { key: string; size?: number; eTag?: string; versionId?: string; sequencer?: string };
  };
}

export function createSqs(s3: Pick<S3UnderTest, "endpoint" | "region" | "credentials">): SQSClient {
  return new SQSClient({
    endpoint: s3.endpoint,
    region: s3.region,
    credentials: { ...s3.credentials }, // the SDK writes into the object it is given
    maxAttempts: 1, // a refusal must not be hidden by a second try
  });
}

/** Takes all messages that a queue holds, and removes them. */
export async function readMessages(client: SQSClient, QueueName: string): Promise<unknown[]> {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
  const bodies: unknown[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = "" }) => JSON.parse(Body)));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

/** The records of all messages that a queue holds; test events have none. */
export async function readRecords(client: SQSClient, queueName: string): Promise<EventRecord[]> {
  const bodies = await readMessages(client, queueName);
  return bodies.flatMap((body) => (body as { Records?: EventRecord[] }).Records ?? []);
}

/** `["ObjectCreated:Put k", …]` */
export async function readEvents(client: SQSClient, queueName: string): Promise<string[]> {
  const records = await readRecords(client, queueName);
  return records.map(({ eventName, s3 }) => `${eventName} ${s3.object.key}`);
}
