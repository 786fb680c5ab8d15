import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createSqsHandler, type SqsAnswer } from "./handle-sqs.ts";
import { type OpenQueues, openQueues } from "./testing/open-queues.ts";

const ACTIONS = [
  "ChangeMessageVisibility",
  "ChangeMessageVisibilityBatch",
  "CreateQueue",
  "DeleteMessage",
  "DeleteMessageBatch",
  "DeleteQueue",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
  "SendMessageBatch",
  "SetQueueAttributes",
];
const QueueUrl = "http://127.0.0.1:4320/000000000000/q";

let opened: OpenQueues;
let lines: string[];
let call: (action: string, body: unknown) => Promise<SqsAnswer>;

beforeEach(() => {
  opened = openQueues();
  opened.queues.create("q");
  lines = [];
  const handle = createSqsHandler({
    queues: opened.queues,
    endpoint: () => "http://127.0.0.1:4320",
    log: (line) => lines.push(line),
  });
  call = (action, body) => {
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    return handle({ target: `AmazonSQS.${action}`, body: bytes });
  };
});

const REQUEST_ID = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe("an answer", () => {
  it("is JSON with the id of the request", async () => {
    expect(await call("GetQueueUrl", { QueueName: "q" })).toEqual({
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": REQUEST_ID },
      body: JSON.stringify({ QueueUrl }),
    });
    expect((await call("DeleteQueue", { QueueUrl })).body).toBe("{}");
  });

  it("names an error as both protocols of SQS do", async () => {
    expect(await call("GetQueueUrl", { QueueName: "other" })).toEqual({
      status: 400,
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amzn-requestid": REQUEST_ID,
        "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
      },
      body: `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}`,
    });
    expect(lines).toEqual(["400 QueueDoesNotExist AmazonSQS.GetQueueUrl"]);
  });

  it("owns up to a fault of its own", async () => {
    opened.database.close();
    const answer = await call("GetQueueUrl", { QueueName: "q" });
    expect(answer).toMatchObject({
      status: 500,
      headers: { "x-amzn-query-error": "InternalFailure;Receiver" },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ __type: "com.amazon.coral.service#InternalFailure" });
    expect(lines).toEqual([expect.stringMatching(/^500 InternalFailure AmazonSQS\.GetQueueUrl: \w/)]);
  });
});

const SERIALIZATION = ["com.amazon.coral.service#SerializationException", "MalformedInput"];
const MISSING = ["com.amazon.coral.service#MissingRequiredParameterException", "MissingParameter"];
const NO_QUEUE = ["com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];
const UNSUPPORTED = ["com.amazonaws.sqs#UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"];
const UNKNOWN = ["com.amazon.coral.service#UnknownOperationException", "InvalidAction"];
const INVALID = ["com.amazon.coral.service#InvalidParameterValueException", "InvalidParameterValue"];

const message = { QueueUrl, MessageBody: "m" };
const attribute = (value: object) => ({ ...message, MessageAttributes: { a: value } });

describe("a call of the wrong form", () => {
  it.each([
    ["SendMessage", "", SERIALIZATION],
    ["SendMessage", "{", SERIALIZATION],
    ["GetQueueUrl", Buffer.from(`{"QueueName":"\u00ff"}`, "latin1"), SERIALIZATION],
    ["SendMessage", "null", SERIALIZATION],
    ["SendMessage", [], SERIALIZATION],
    ["SendMessage", "QueueUrl=x", SERIALIZATION],
    ["SendMessage", { ...message, MessageBody: 5 }, SERIALIZATION],
    ["SendMessage", { ...message, DelaySeconds: "1" }, SERIALIZATION],
    ["SendMessage", { ...message, DelaySeconds: 1.5 }, SERIALIZATION],
    ["SendMessage", { ...message, DelaySeconds: 1e300 }, SERIALIZATION],
    ["SendMessage", { ...message, MessageAttributes: [] }, SERIALIZATION],
    ["SendMessage", attribute({ DataType: "Binary", BinaryValue: "no base64" }), SERIALIZATION],
    ["SendMessage", { MessageBody: "m" }, NO_QUEUE],
    ["SendMessage", { QueueUrl: null, MessageBody: "m" }, NO_QUEUE],
    ["SendMessage", { QueueUrl: "", MessageBody: "m" }, NO_QUEUE],
    ["SendMessage", { QueueUrl }, MISSING],
    ["SendMessage", { ...message, Colour: "red" }, UNSUPPORTED],
    ["SendMessage", attribute({ DataType: "String", StringListValues: ["v"] }), UNSUPPORTED],
    ["SendMessage", attribute({ DataType: "String", StringValue: "v", BinaryValue: "dg==" }), INVALID],
    ["SendMessage", attribute({ StringValue: "v" }), INVALID],
    ["SendMessage", attribute({ DataType: "String" }), INVALID],
    [
      "SendMessage",
      `{"MessageAttributes":{"__proto__":{"DataType":"String","StringValue":"v"}}}`,
      UNSUPPORTED,
    ],
    ["SendMessageBatch", { QueueUrl }, MISSING],
    ["SendMessageBatch", { QueueUrl, Entries: [null] }, SERIALIZATION],
    ["SendMessageBatch", { QueueUrl, Entries: [{ MessageBody: "m" }] }, MISSING],
    ["DeleteMessage", { QueueUrl }, MISSING],
    ["ChangeMessageVisibility", { QueueUrl, ReceiptHandle: "x" }, MISSING],
    ["ReceiveMessage", { QueueUrl, ReceiveRequestAttemptId: "x" }, INVALID],
    ["CreateQueue", {}, INVALID],
    ["CreateQueue", { QueueName: "r", Attributes: { DelaySeconds: 5 } }, SERIALIZATION],
    ["SendEverything", {}, UNKNOWN],
    ["", {}, UNKNOWN],
    ["sendMessage", {}, UNKNOWN],
    ["TagQueue", { QueueUrl, Tags: {} }, UNSUPPORTED],
  ])("%s %j is answered so", async (action, body, [type, queryCode]) => {
    const answer = await call(action, body);
    expect(answer.status).toBe(400);
    expect(answer.headers["x-amzn-query-error"]).toBe(`${queryCode};Sender`);
    expect(JSON.parse(answer.body)).toEqual({ __type: type, message: expect.stringMatching(/\w/) });
  });

  it("says what was wrong with it", async () => {
    const said = async (action: string, body: unknown): Promise<string> =>
      JSON.parse((await call(action, body)).body).message;
    expect(await said("SendMessage", { QueueUrl })).toBe(
      "The request must contain the parameter MessageBody.",
    );
    expect(await said("SendMessageBatch", { QueueUrl, Entries: [{ Id: 1 }] })).toBe(
      "Entries.0.Id is not what SendMessageBatch takes.",
    );
    expect(await said("ListQueues", { Limit: 1 })).toBe(
      "This stand-in does not implement Limit in ListQueues.",
    );
    expect(await said("CreateQueue", {})).toBe(
      "Value for parameter QueueName is invalid. Reason: Must specify a queue name.",
    );
  });

  it("needs the name of the service", async () => {
    const handle = createSqsHandler({
      queues: opened.queues,
      endpoint: () => "",
      log: (line) => lines.push(line),
    });
    const { headers } = await handle({ target: "AmazonSNS.ListQueues\n", body: Buffer.from("{}") });
    expect(headers["x-amzn-query-error"]).toBe("InvalidAction;Sender");
    expect(lines).toEqual(["400 UnknownOperation AmazonSNS.ListQueues "]);
    await handle({ target: "x".repeat(10_000), body: Buffer.from("{}") });
    expect(lines[1]).toHaveLength(300);
  });
});

it("logs neither messages nor receipt handles", async () => {
  await call("SendMessage", { ...message, MessageBody: "secret\u0000" });
  await call("SendMessage", attribute({ DataType: "Number", StringValue: "secret" }));
  await call("DeleteMessage", { QueueUrl, ReceiptHandle: "secret" });
  opened.queues.send("arn:aws:sqs:eu-central-1:000000000000:q", "m");
  const [received] = JSON.parse((await call("ReceiveMessage", { QueueUrl })).body).Messages;
  opened.clock.advance(30);
  await call("ReceiveMessage", { QueueUrl });
  const stale = { QueueUrl, ReceiptHandle: received.ReceiptHandle, VisibilityTimeout: 1 };
  expect((await call("ChangeMessageVisibility", stale)).body).toContain(received.ReceiptHandle);
  expect(lines).toEqual([
    "400 InvalidMessageContents AmazonSQS.SendMessage",
    "400 InvalidParameterValue AmazonSQS.SendMessage: MessageAttributes",
    "404 ReceiptHandleIsInvalid AmazonSQS.DeleteMessage",
    "400 InvalidParameterValue AmazonSQS.ChangeMessageVisibility: ReceiptHandle",
  ]);
});

it("whatever is sent gets an answer in SQS's form, and is no fault of the server's", async () => {
  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom(
      "",
      "q",
      QueueUrl,
      "x.fifo",
      "-1",
      "__proto__",
      "{}",
      "AAAA",
      0,
      1,
      20,
      -1,
      1e9,
      null,
      true,
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const entry = fc.dictionary(
    fc.constantFrom("Id", "MessageBody", "ReceiptHandle", "VisibilityTimeout", "DelaySeconds"),
    value,
  );
  const attributes = fc.dictionary(
    fc.constantFrom("VisibilityTimeout", "Policy", "RedrivePolicy", "a", "__proto__", "All"),
    fc.oneof(value, fc.record({ DataType: value, StringValue: value }, { requiredKeys: [] })),
  );
  const input = fc.record(
    {
      QueueUrl: fc.oneof({ weight: 5, arbitrary: fc.constant(QueueUrl) }, { weight: 1, arbitrary: value }),
      QueueName: value,
      Attributes: attributes,
      MessageAttributes: attributes,
      Entries: fc.oneof(fc.array(entry, { maxLength: 12 }), value),
      MessageBody: value,
      ReceiptHandle: value,
      VisibilityTimeout: value,
      MaxNumberOfMessages: value,
      AttributeNames: fc.oneof(fc.array(value, { maxLength: 3 }), value),
      NextToken: value,
    },
    { requiredKeys: [] },
  );
  const parameters: Record<string, readonly string[]> = {
    SendMessage: ["QueueUrl", "MessageBody", "MessageAttributes"],
    ReceiveMessage: ["QueueUrl", "MaxNumberOfMessages", "VisibilityTimeout", "AttributeNames"],
    SetQueueAttributes: ["QueueUrl", "Attributes"],
    GetQueueAttributes: ["QueueUrl", "AttributeNames"],
    CreateQueue: ["QueueName", "Attributes"],
    ListQueues: ["NextToken"],
    DeleteMessage: ["QueueUrl", "ReceiptHandle"],
    ChangeMessageVisibility: ["QueueUrl", "ReceiptHandle", "VisibilityTimeout"],
  };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ACTIONS), input, fc.boolean(), async (action, body, isTidy) => {
      // Unknown members are refused first: without them, more of a call is looked at.
      const known = parameters[action] ?? ["QueueUrl", "QueueName", "Entries"];
      const entries = Object.entries(body).filter(([name]) => !isTidy || known.includes(name));
      const answer = await call(action, Object.fromEntries(entries));
      const parsed: unknown = JSON.parse(answer.body);
      if (answer.status === 200) return;
      expect(answer.status).not.toBe(500);
      expect(answer.headers["x-amzn-query-error"]).toMatch(/^[\w.]+;Sender$/);
      expect(parsed).toEqual({
        __type: expect.stringMatching(/^com\.amazon(?:aws\.sqs|\.coral\.service)#\w+$/),
        message: expect.any(String),
      });
    }),
    { numRuns: 500 },
  );
});
