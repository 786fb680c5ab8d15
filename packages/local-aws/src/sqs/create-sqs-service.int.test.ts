import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import aws4 from "aws4";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLocalAws } from "../create-local-aws.ts";
import { allow, assumeRole } from "../testing/assume-role.ts";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { createSqs, readMessages } from "../testing/read-queue.ts";
import { type ReceivedResponse, sendRequest } from "../testing/send-request.ts";

let s3: StandIn;
let client: SQSClient;
let QueueUrl: string;
const ROLE = "worker";

beforeAll(async () => {
  s3 = await openStandIn({
    queues: [{ name: "jobs", attributes: { VisibilityTimeout: "77" } }, { name: "other" }],
    roles: [{ name: ROLE, policies: [allow("sqs:*", "arn:aws:sqs:*:*:jobs")] }],
  });
  client = createSqs(s3);
  QueueUrl = `${s3.endpoint}/000000000000/jobs`;
});
afterAll(async () => {
  client.destroy();
  await s3.close();
});

/** A call as it is on the wire, signed with aws4, with what a test changes in it. */
function call(options: {
  target?: string;
  body?: string;
  secretAccessKey?: string;
  path?: string;
  change?: (headers: Record<string, string | number>) => Record<string, string | number>;
}): Promise<ReceivedResponse> {
  const { target = "AmazonSQS.ListQueues", body = "{}", path = "/" } = options;
  const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" };
  const signed = aws4.sign(
    {
      method: "POST",
      path,
      headers,
      body,
      host: new URL(s3.endpoint).host,
      service: "sqs",
      region: s3.region,
    },
    { ...s3.credentials, secretAccessKey: options.secretAccessKey ?? s3.credentials.secretAccessKey },
  );
  const sent = options.change?.(signed.headers) ?? signed.headers;
  return sendRequest({ endpoint: s3.endpoint, method: "POST", path, headers: sent, body });
}

describe("a call to SQS", () => {
  it("shares the port with S3, and is believed by its signature", async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '"hello"' }));
    expect(await readMessages(client, "jobs")).toEqual(["hello"]);
    const listed = await call({});
    expect([listed.status, JSON.parse(listed.text).QueueUrls]).toEqual([
      200,
      [QueueUrl, `${s3.endpoint}/000000000000/other`],
    ]);
  });

  it.each<[string, Parameters<typeof call>[0], number, string, string]>([
    [
      "with another secret",
      { secretAccessKey: "wrong" },
      403,
      "InvalidSignatureException",
      "SignatureDoesNotMatch;Sender",
    ],
    [
      "without a signature",
      {
        change: (headers) =>
          Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "Authorization")),
      },
      403,
      "MissingAuthenticationTokenException",
      "MissingAuthenticationToken;Sender",
    ],
    [
      "with an unknown key",
      {
        change: (headers) => ({
          ...headers,
          Authorization: String(headers["Authorization"]).replace(/Credential=\w+/, "Credential=AKIAUNKNOWN"),
        }),
      },
      403,
      "UnrecognizedClientException",
      "InvalidClientTokenId;Sender",
    ],
  ])("%s is refused", async (_name, options, status, type, queryError) => {
    const answer = await call(options);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).__type).toBe(`com.amazon.coral.service#${type}`);
    expect(answer.headers["x-amzn-query-error"]).toBe(queryError);
    expect(s3.lines.at(-1)).toMatch(new RegExp(`^${status} ${queryError.split(";")[0]} AmazonSQS\\.`));
  });

  it("that is too large is refused without being read", async () => {
    const answer = await call({
      change: (headers) => ({ ...headers, "Content-Length": 9 * 1024 ** 2, Expect: "100-continue" }),
    });
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([
      413,
      "com.amazon.coral.service#RequestEntityTooLargeException",
    ]);
  });

  it("whose path cannot be read is refused, and the next one is served", async () => {
    const answer = await sendRequest({
      endpoint: s3.endpoint,
      method: "POST",
      path: "/?%zz",
      headers: { "x-amz-target": "AmazonSQS.ListQueues" },
      body: "{}",
    });
    expect([answer.status, JSON.parse(answer.text).__type]).toEqual([
      400,
      "com.amazon.coral.service#SerializationException",
    ]);
    expect((await call({})).status).toBe(200);
  });
});

describe("a session of a role", () => {
  it("may do what its policies allow, on the queues they name", async () => {
    const Policy = allow(["sqs:SendMessage", "sqs:CreateQueue"], "*");
    const sts = { endpoint: s3.endpoint, roleArn: s3.aws.roleArn(ROLE) };
    const { credentials } = await assumeRole({ ...s3, sts }, { Policy, RoleSessionName: "ann" });
    const session = createSqs({ ...s3, credentials });
    await session.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const arn = s3.aws.queueArn("other");
    const send = new SendMessageCommand({ QueueUrl: `${s3.endpoint}/000000000000/other`, MessageBody: "x" });
    await expect(session.send(send)).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: arn:aws:sts::000000000000:assumed-role/${ROLE}/ann is not authorized to perform: sqs:sendmessage on resource: ${arn} because no identity-based policy allows the sqs:sendmessage action`,
      $metadata: { httpStatusCode: 403 },
    });
    await expect(session.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      message: expect.stringContaining("no session policy allows the sqs:receivemessage action"),
    });
    await expect(session.send(new CreateQueueCommand({ QueueName: "new" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    session.destroy();
  });
});

describe("queues that are given at the start", () => {
  it("have the attributes that were given, and their messages outlive a start", async () => {
    const own = await openStandIn({ queues: [{ name: "kept" }] });
    const before = createSqs(own);
    const url = `${own.endpoint}/000000000000/kept`;
    await before.send(new SendMessageCommand({ QueueUrl: url, MessageBody: '"kept"' }));
    before.destroy();
    await own.aws.close();
    {
      await using again = await createLocalAws({
        dataDir: own.dataDir,
        queues: [{ name: "kept", attributes: { VisibilityTimeout: "0" } }],
      });
      const after = createSqs(again);
      const receive = new ReceiveMessageCommand({ QueueUrl: `${again.endpoint}/000000000000/kept` });
      for (const attempt of [1, 2]) {
        const { Messages = [] } = await after.send(receive);
        expect([attempt, Messages[0]?.Body]).toEqual([attempt, '"kept"']); // visible again at once
      }
      after.destroy();
    }
    await own.close();
  });

  it("are told of a bucket's events, and of the configuration once", async () => {
    const notifications = [{ queue: "events", events: ["s3:ObjectCreated:*"], suffix: ".txt" }];
    const buckets = [{ name: "told", notifications }];
    const own = await openStandIn({ buckets, queues: [{ name: "events" }] });
    const first = createSqs(own);
    expect(await readMessages(first, "events")).toMatchObject([{ Event: "s3:TestEvent", Bucket: "told" }]);
    first.destroy();
    await own.aws.close();
    {
      await using again = await createLocalAws({
        dataDir: own.dataDir,
        buckets,
        queues: [{ name: "events" }],
      });
      const second = createSqs(again);
      expect(await readMessages(second, "events")).toEqual([]);
      second.destroy();
    }
    await expect(
      createLocalAws({
        dataDir: own.dataDir,
        buckets: [{ name: "told", notifications: [{ queue: "none", events: ["s3:ObjectCreated:*"] }] }],
      }),
    ).rejects.toThrow(/Unable to validate/);
    await own.close();
  });
});

it("a stand-in closes although a client waits for a message", async () => {
  const own = await openStandIn({ queues: [{ name: "empty" }] });
  const waiting = createSqs(own);
  const receive = new ReceiveMessageCommand({
    QueueUrl: `${own.endpoint}/000000000000/empty`,
    WaitTimeSeconds: 20,
  });
  const answer = waiting.send(receive).then(
    ({ Messages }) => Messages ?? "none",
    () => "none",
  );
  await readMessages(waiting, "empty"); // by now the first call has come
  const startedAt = performance.now();
  await own.close();
  expect(performance.now() - startedAt).toBeLessThan(1900); // less than a server waits for a busy connection
  expect(await answer).toBe("none");
  waiting.destroy();
});
