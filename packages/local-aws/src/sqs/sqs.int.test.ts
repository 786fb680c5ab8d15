import {
  AddPermissionCommand,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  paginateListQueues,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedQueues, serveQueues } from "./testing/serve-queues.ts";

let served: ServedQueues;
let client: SQSClient;
let QueueUrl: string;

beforeEach(async () => {
  served = await serveQueues();
  ({ client } = served);
  QueueUrl = await createQueue("q");
});
afterEach(() => served.close());

async function createQueue(QueueName: string, Attributes: Record<string, string> = {}): Promise<string> {
  const created = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return created.QueueUrl ?? "";
}

async function receive(input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, ...input }));
  return Messages;
}

const send = (MessageBody: string, input: object = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...input }));

async function attributes(...AttributeNames: string[]): Promise<Record<string, string>> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: AttributeNames as ["All"] });
  return (await client.send(command)).Attributes ?? {};
}

/** What a refused call throws, in the names of both protocols. */
async function refusal(call: Promise<unknown>): Promise<object> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SQSServiceException)) throw new Error("the call was not refused", { cause: error });
  const { name, message, $fault, $metadata } = error;
  return {
    name,
    message,
    fault: $fault,
    status: $metadata.httpStatusCode,
    code: "Code" in error ? error.Code : "",
  };
}

describe("a queue", () => {
  it("has a URL by its name, once it is there", async () => {
    expect(QueueUrl).toBe(`${served.endpoint}/000000000000/q`);
    expect(await createQueue("q", { VisibilityTimeout: "30" })).toBe(QueueUrl);
    const found = await client.send(new GetQueueUrlCommand({ QueueName: "q" }));
    expect(found.QueueUrl).toBe(QueueUrl);
    expect(await refusal(createQueue("q", { VisibilityTimeout: "31" }))).toMatchObject({
      name: "QueueNameExists",
      code: "QueueAlreadyExists",
      message:
        "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
      status: 400,
    });
    for (const input of [{ QueueName: "Q" }, { QueueName: "q", QueueOwnerAWSAccountId: "1".repeat(12) }]) {
      const call = client.send(new GetQueueUrlCommand(input));
      await expect(call).rejects.toBeInstanceOf(QueueDoesNotExist);
    }
  });

  it("has a name of 1 to 80 letters, digits, hyphens and underscores", async () => {
    expect(await createQueue(`${"x".repeat(77)}-_1`)).toMatch(/x-_1$/);
    for (const name of ["x".repeat(81), "a.b", "a b", "ä"]) {
      expect(await refusal(createQueue(name))).toMatchObject({
        code: "InvalidParameterValue",
        message: "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      });
    }
  });

  it("is listed by prefix, in pages", async () => {
    const names = ["a1", "a2", "a3", "b1"];
    for (const name of names) await createQueue(name);
    const listed: (string[] | undefined)[] = [];
    for await (const { QueueUrls } of paginateListQueues({ client, pageSize: 2 }, { QueueNamePrefix: "a" })) {
      listed.push(QueueUrls);
    }
    const urls = names.map((name) => `${served.endpoint}/000000000000/${name}`);
    expect(listed).toEqual([urls.slice(0, 2), urls.slice(2, 3)]);
    const all = await client.send(new ListQueuesCommand({}));
    expect(all).toMatchObject({ QueueUrls: [...urls, QueueUrl] });
    expect(all.NextToken).toBeUndefined();
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: "%" }))).QueueUrls).toBeUndefined();
    const exact = await client.send(new ListQueuesCommand({ MaxResults: 5 }));
    expect([exact.QueueUrls?.length, exact.NextToken]).toEqual([5, undefined]);
    for (const input of [{ MaxResults: 0 }, { MaxResults: 1001 }, { NextToken: "x" }, { NextToken: "cQ" }]) {
      expect(await refusal(client.send(new ListQueuesCommand(input)))).toMatchObject({
        code: "InvalidParameterValue",
      });
    }
  });

  it("is among the first thousand that are listed to who names no number", async () => {
    served.queues.transaction(() => {
      for (let count = 0; count < 1000; count += 1) served.queues.create(`a${count}`);
    });
    const { QueueUrls, NextToken } = await client.send(new ListQueuesCommand({}));
    expect([QueueUrls?.length, NextToken]).toEqual([1000, undefined]);
  });

  it("has attributes that can be read and set", async () => {
    served.clock.advance(10.5);
    const dead = await createQueue("dead");
    const created = String(served.clock().getTime() / 1000 - 10.5);
    expect(await attributes("All")).toEqual({
      QueueArn: "arn:aws:sqs:eu-central-1:000000000000:q",
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
      CreatedTimestamp: created,
      LastModifiedTimestamp: created,
      DelaySeconds: "0",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      ReceiveMessageWaitTimeSeconds: "0",
      VisibilityTimeout: "30",
    });
    expect(await attributes()).toEqual({});
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:eu-central-1:000000000000:${dead.split("/").at(-1)}`,
      maxReceiveCount: 5,
    });
    const Attributes = { RedrivePolicy, DelaySeconds: "1" };
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    expect(await attributes("RedrivePolicy", "DelaySeconds", "LastModifiedTimestamp")).toEqual({
      ...Attributes,
      LastModifiedTimestamp: String(Number(created) + 10),
    });
    const change = (changes: Record<string, string>) =>
      refusal(client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: changes })));
    expect(await change({ DelaySeconds: "2", Foo: "1" })).toMatchObject({
      name: "InvalidAttributeName",
      message: "Unknown Attribute Foo.",
    });
    expect(await change({ DelaySeconds: "x" })).toMatchObject({ name: "InvalidAttributeValue" });
    expect(await change({})).toMatchObject({ code: "MissingParameter" });
    expect(await attributes("DelaySeconds")).toEqual({ DelaySeconds: "1" });
    expect(await refusal(attributes("Foo"))).toMatchObject({ name: "InvalidAttributeName" });
  });

  it("is gone once it is deleted", async () => {
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    const gone = {
      name: "QueueDoesNotExist",
      code: "AWS.SimpleQueueService.NonExistentQueue",
      message: "The specified queue does not exist.",
      fault: "client",
      status: 400,
    };
    expect(await refusal(client.send(new DeleteQueueCommand({ QueueUrl })))).toEqual(gone);
    expect(await refusal(send("m"))).toEqual(gone);
    expect(await refusal(receive())).toEqual(gone);
    expect(await refusal(createQueue("q"))).toMatchObject({ name: "QueueDeletedRecently" });
  });

  it("is emptied by a purge", async () => {
    await send("m");
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await attributes("ApproximateNumberOfMessages")).toEqual({ ApproximateNumberOfMessages: "0" });
    expect(await refusal(client.send(new PurgeQueueCommand({ QueueUrl })))).toEqual({
      name: "PurgeQueueInProgress",
      code: "AWS.SimpleQueueService.PurgeQueueInProgress",
      message: "Only one PurgeQueue operation on q is allowed every 60 seconds.",
      fault: "client",
      status: 403,
    });
  });
});

describe("a message", () => {
  it("is sent, received and deleted with digests that the client has checked", async () => {
    const MessageBody = '<ä & \u{1f4e6}>\n\t"quoted"';
    const sent = await send(MessageBody, {
      MessageAttributes: {
        text: { DataType: "String", StringValue: "Kenobi" },
        count: { DataType: "Number.int", StringValue: "42" },
        bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 255, 10]) },
      },
    });
    expect(sent.MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent.MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/);
    served.clock.advance(1);
    const [message] = await receive({
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    });
    const now = served.clock().getTime();
    expect(message).toEqual({
      MessageId: sent.MessageId,
      ReceiptHandle: expect.any(String),
      MD5OfBody: sent.MD5OfMessageBody,
      Body: MessageBody,
      Attributes: {
        SenderId: "000000000000",
        SentTimestamp: String(now - 1000),
        ApproximateReceiveCount: "1",
        ApproximateFirstReceiveTimestamp: String(now),
      },
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: {
        text: { DataType: "String", StringValue: "Kenobi" },
        count: { DataType: "Number.int", StringValue: "42" },
        bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255, 10]) },
      },
    });
    expect(await receive()).toEqual([]);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    served.clock.advance(60);
    expect(await receive()).toEqual([]);
  });

  it("comes with no more than was asked for", async () => {
    const hello = { DataType: "String", StringValue: "There" };
    await send("m", { MessageAttributes: { Hello: hello, General: { ...hello, StringValue: "Kenobi" } } });
    const [bare] = await receive({ VisibilityTimeout: 0 });
    expect(Object.keys(bare ?? {}).toSorted()).toEqual(["Body", "MD5OfBody", "MessageId", "ReceiptHandle"]);
    const [chosen] = await receive({ VisibilityTimeout: 0, MessageSystemAttributeNames: ["SenderId"] });
    expect(chosen?.Attributes).toEqual({ SenderId: "000000000000" });
    const formerly = await receive({
      VisibilityTimeout: 0,
      AttributeNames: ["All"],
      MessageAttributeNames: ["Hel.*"],
    });
    expect(formerly).toMatchObject([
      {
        Attributes: { ApproximateReceiveCount: "3" },
        MessageAttributes: { Hello: hello },
        MD5OfMessageAttributes: "a311262e065454b75da111d535b8dacd", // of those that come
      },
    ]);
    expect(Object.keys(formerly[0]?.MessageAttributes ?? {})).toEqual(["Hello"]);
    expect(await refusal(receive({ MessageSystemAttributeNames: ["Foo" as "All"] }))).toMatchObject({
      name: "InvalidAttributeName",
    });
  });

  it("stays within the limits of its queue, of SQS and of XML", async () => {
    const biggest = "x".repeat(1024 ** 2);
    await send(biggest);
    expect((await receive())[0]?.Body).toHaveLength(biggest.length);
    expect(await refusal(send(`${biggest}x`))).toMatchObject({
      code: "InvalidParameterValue",
      message: "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    });
    expect(await refusal(send("\u0000"))).toMatchObject({ name: "InvalidMessageContents" });
    expect(await refusal(send(""))).toMatchObject({ code: "MissingParameter" });
    expect(await refusal(send("m", { DelaySeconds: 901 }))).toMatchObject({ code: "InvalidParameterValue" });
    const empty = { a: { DataType: "String", StringValue: "" } };
    expect(await refusal(send("m", { MessageAttributes: empty }))).toMatchObject({
      code: "InvalidParameterValue",
    });
    expect(await attributes("ApproximateNumberOfMessages")).toEqual({ ApproximateNumberOfMessages: "0" });
  });

  it("is hidden as long as the receiver says, and can be shown before", async () => {
    await send("m");
    const [first] = await receive({ VisibilityTimeout: 5 });
    const change = (VisibilityTimeout: number) =>
      client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: first?.ReceiptHandle,
          VisibilityTimeout,
        }),
      );
    await change(100);
    served.clock.advance(99);
    expect(await receive()).toEqual([]);
    await change(0);
    expect(await receive()).toHaveLength(1);
    expect(await refusal(change(10))).toMatchObject({ code: "InvalidParameterValue" });
    expect(await refusal(change(43_201))).toMatchObject({
      message:
        "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.",
    });
  });

  it("goes to the dead letter queue when it was received too often", async () => {
    const deadUrl = await createQueue("dead");
    const deadLetterTargetArn = "arn:aws:sqs:eu-central-1:000000000000:dead";
    QueueUrl = await createQueue("work", {
      VisibilityTimeout: "0",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 }),
    });
    const { MessageId } = await send("poison");
    expect(await receive()).toHaveLength(1);
    expect(await receive()).toEqual([]);
    const MessageSystemAttributeNames = ["DeadLetterQueueSourceArn", "ApproximateReceiveCount"] as const;
    expect(
      await receive({ QueueUrl: deadUrl, MessageSystemAttributeNames: [...MessageSystemAttributeNames] }),
    ).toMatchObject([
      {
        MessageId,
        Attributes: {
          DeadLetterQueueSourceArn: "arn:aws:sqs:eu-central-1:000000000000:work",
          ApproximateReceiveCount: "2",
        },
      },
    ]);
  });
});

describe("a batch", () => {
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Id: `${index}`, MessageBody: `m${index}` }));
  const sendBatch = (Entries: { Id: string; MessageBody: string }[]) =>
    client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

  it("is sent, hidden for longer and deleted, ten messages at a time", async () => {
    const { Successful = [], Failed } = await sendBatch(entries(10));
    expect([Successful.length, Failed]).toEqual([10, undefined]);
    const messages = await receive({ MaxNumberOfMessages: 10, VisibilityTimeout: 1 });
    expect(messages.map(({ Body }) => Body)).toEqual(entries(10).map(({ MessageBody }) => MessageBody));
    const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    const changed = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: handles.map((handle) => ({ ...handle, VisibilityTimeout: 100 })),
      }),
    );
    expect(changed.Successful).toEqual(handles.map(({ Id }) => ({ Id })));
    served.clock.advance(99);
    expect(await receive({ MaxNumberOfMessages: 10 })).toEqual([]);
    const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
    expect(deleted.Successful).toEqual(handles.map(({ Id }) => ({ Id })));
    served.clock.advance(100);
    expect(await receive({ MaxNumberOfMessages: 10 })).toEqual([]);
  });

  it("reports what failed beside what did not", async () => {
    const sent = await sendBatch([
      { Id: "good", MessageBody: "m" },
      { Id: "bad", MessageBody: "\u0000" },
      { Id: "empty", MessageBody: "" },
    ]);
    expect(sent.Successful).toMatchObject([{ Id: "good" }]);
    expect(sent.Failed).toMatchObject([
      { Id: "bad", SenderFault: true, Code: "InvalidMessageContents" },
      { Id: "empty", SenderFault: true, Code: "MissingParameter" },
    ]);
    const [message] = await receive();
    const handles = [
      { Id: "invented", ReceiptHandle: "x" },
      { Id: "good", ReceiptHandle: message?.ReceiptHandle },
    ];
    const changed = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [
          ...handles.map((handle) => ({ ...handle, VisibilityTimeout: 1 })),
          { ...handles[1], Id: "no" } as never,
        ],
      }),
    );
    expect(changed).toMatchObject({
      Successful: [{ Id: "good" }],
      Failed: [
        { Id: "invented", Code: "ReceiptHandleIsInvalid" },
        { Id: "no", Code: "MissingParameter" },
      ],
    });
    const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
    expect(deleted).toMatchObject({
      Successful: [{ Id: "good" }],
      Failed: [{ Id: "invented", SenderFault: true, Code: "ReceiptHandleIsInvalid" }],
    });
  });

  it("is refused as a whole when its form is wrong", async () => {
    const half = "x".repeat(512 * 1024);
    const refused = async (Entries: { Id: string; MessageBody: string }[]) => refusal(sendBatch(Entries));
    expect(await refused([])).toMatchObject({
      name: "EmptyBatchRequest",
      code: "AWS.SimpleQueueService.EmptyBatchRequest",
      message: "There should be at least one SendMessageBatchRequestEntry in the request.",
    });
    expect(await refused(entries(11))).toMatchObject({
      name: "TooManyEntriesInBatchRequest",
      message: "Maximum number of entries per request are 10. You have sent 11.",
    });
    expect(await refused([...entries(1), ...entries(1)])).toMatchObject({
      name: "BatchEntryIdsNotDistinct",
      message: "Id 0 repeated.",
    });
    for (const Id of ["", "a.b", "x".repeat(81)]) {
      expect(await refused([{ Id, MessageBody: "m" }])).toMatchObject({ name: "InvalidBatchEntryId" });
    }
    const attribute = { DataType: "Binary", BinaryValue: Buffer.alloc(512 * 1024) };
    const withBinary = [1, 2].map((Id) => ({
      Id: `${Id}`,
      MessageBody: "m",
      MessageAttributes: { attribute },
    }));
    expect(await refused(withBinary)).toMatchObject({
      message: expect.stringMatching(/You have sent 1048608 bytes/),
    });
    const tooLong = [
      { Id: "a", MessageBody: half },
      { Id: "b", MessageBody: `${half}x` },
    ];
    expect(await refused(tooLong)).toMatchObject({
      name: "BatchRequestTooLong",
      message: "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    });
    expect(await attributes("ApproximateNumberOfMessages")).toEqual({ ApproximateNumberOfMessages: "0" });
  });
});

describe("a long poll", () => {
  it("is answered when a message is sent", async () => {
    const isWaiting = served.nextWait();
    const polled = receive({ WaitTimeSeconds: 20 });
    await isWaiting;
    await send("m");
    expect(await polled).toMatchObject([{ Body: "m" }]);
  });

  it("is what a queue may do by itself", async () => {
    await client.send(
      new SetQueueAttributesCommand({ QueueUrl, Attributes: { ReceiveMessageWaitTimeSeconds: "20" } }),
    );
    const isWaiting = served.nextWait();
    const polled = receive();
    await isWaiting;
    await send("m");
    expect(await polled).toHaveLength(1);
    expect(await receive({ WaitTimeSeconds: 0 })).toEqual([]);
  });

  it("takes nothing once its client has gone", async () => {
    const isWaiting = served.nextWait();
    const gone = new AbortController();
    const polled = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: gone.signal,
    });
    const { ended } = await isWaiting;
    gone.abort();
    await expect(polled).rejects.toMatchObject({ name: "AbortError" });
    expect(await ended).toBe(false);
    await send("m");
    expect(await receive()).toMatchObject([{ Body: "m" }]);
  });

  it("is refused beyond 20 seconds", async () => {
    expect(await refusal(receive({ WaitTimeSeconds: 21 }))).toMatchObject({
      message:
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    });
    expect(await refusal(receive({ MaxNumberOfMessages: 11 }))).toMatchObject({
      message:
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    });
    expect(await refusal(receive({ VisibilityTimeout: -1 }))).toMatchObject({
      code: "InvalidParameterValue",
    });
  });
});

it("a handle that was invented is answered as SQS does", async () => {
  const call = client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "garbage" }));
  expect(await refusal(call)).toEqual({
    name: "ReceiptHandleIsInvalid",
    code: "ReceiptHandleIsInvalid",
    message: 'The input receipt handle "garbage" is not a valid receipt handle.',
    fault: "client",
    status: 404,
  });
});

it("a URL needs the account and a name, whatever its host", async () => {
  await send("m", { QueueUrl: "http://localhost/000000000000/q" });
  expect(await receive({ QueueUrl: "https://sqs.eu-central-1.amazonaws.com/000000000000/q" })).toHaveLength(
    1,
  );
  for (const url of ["q", "/000000000000/q", `${served.endpoint}/q`, `${QueueUrl}/`, `${QueueUrl}?a`]) {
    expect(await refusal(send("m", { QueueUrl: url }))).toMatchObject({
      name: "InvalidAddress",
      message: `The address ${url} is not valid for this endpoint.`,
      status: 404,
    });
  }
  const otherAccount = `${served.endpoint}/111111111111/q`;
  expect(await refusal(send("m", { QueueUrl: otherAccount }))).toMatchObject({ name: "QueueDoesNotExist" });
});

describe("what this stand-in does not know", () => {
  it("is refused and named", async () => {
    const unsupported = (what: string) => ({
      name: "UnsupportedOperation",
      code: "AWS.SimpleQueueService.UnsupportedOperation",
      message: `This stand-in does not implement ${what}.`,
      status: 400,
    });
    const fifo = createQueue("q.fifo", { FifoQueue: "true" });
    expect(await refusal(fifo)).toMatchObject(unsupported("FIFO queues"));
    expect(await refusal(createQueue("r", { SqsManagedSseEnabled: "true" }))).toMatchObject(
      unsupported("the attribute SqsManagedSseEnabled"),
    );
    const tagged = client.send(new CreateQueueCommand({ QueueName: "r", tags: { a: "b" } }));
    expect(await refusal(tagged)).toMatchObject(unsupported("tags"));
    expect(await refusal(send("m", { MessageGroupId: "g" }))).toMatchObject(unsupported("MessageGroupId"));
    const trace = { AWSTraceHeader: { DataType: "String", StringValue: "Root=1" } };
    expect(await refusal(send("m", { MessageSystemAttributes: trace }))).toMatchObject(
      unsupported("MessageSystemAttributes"),
    );
    const permission = { QueueUrl, Label: "l", AWSAccountIds: ["1".repeat(12)], Actions: ["*"] };
    expect(await refusal(client.send(new AddPermissionCommand(permission)))).toMatchObject(
      unsupported("AddPermission"),
    );
    expect(await refusal(createQueue("r", { FifoQueue: "true" }))).toMatchObject({
      message: "Unknown Attribute FifoQueue.",
    });
    expect(await refusal(send("m", { MessageDeduplicationId: "d" }))).toMatchObject({
      message:
        "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.",
    });
    expect(served.lines).toContain("400 UnsupportedOperation AmazonSQS.AddPermission: AddPermission");
  });
});
