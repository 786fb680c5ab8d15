import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { createSqsHandler } from "../handle-sqs.ts";
import type { MessageQueues } from "../message-queues.ts";
import { openQueues, type OpenQueues, REGION, type TestClock } from "./open-queues.ts";

export interface ServedQueues extends OpenQueues {
  endpoint: string;
  client: SQSClient;
  /** What was logged so far. */
  lines: string[];
  /** When the server begins to wait for a message, and how that will end. To be called before. */
  nextWait(): Promise<{ ended: Promise<boolean> }>;
  close(): Promise<void>;
}

/** Queues behind a server on loopback, as the official client sees them. Signatures are not looked at. */
export async function serveQueues(clock?: TestClock): Promise<ServedQueues> {
  const opened = openQueues(clock);
  const { queues } = opened;
  const lines: string[] = [];
  let endpoint = "";
  let onWait = (_wait: { ended: Promise<boolean> }): void => {};
  const watched: MessageQueues = {
    ...queues,
    waitForDue(queue, options) {
      const ended = queues.waitForDue(queue, options);
      onWait({ ended });
      return ended;
    },
  };
  const handle = createSqsHandler({
    queues: watched,
    endpoint: () => endpoint,
    log: (line) => lines.push(line),
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const target = String(request.headers["x-amz-target"] ?? "");
    const answer = await handle({ target, body: await buffer(request), signal: gone.signal });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(toError(error)));
  });
  endpoint = await listen(server);
  const client = createSqsClient({ endpoint });
  return {
    ...opened,
    endpoint,
    client,
    lines,
    nextWait: () => new Promise((resolve) => (onWait = resolve)),
    async close() {
      client.destroy();
      queues.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      opened.database.close();
    },
  };
}

function createSqsClient(config: SQSClientConfig): SQSClient {
  return new SQSClient({
    region: REGION,
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    maxAttempts: 1, // a refusal must not be hidden by a second try
    ...config,
  });
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`);
    });
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
