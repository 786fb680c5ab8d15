import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { createRestApi } from "../rest-api/create-rest-api.ts";
import { restDocument, type RestDocumentChanges } from "./rest-document.ts";
import { type ReceivedResponse, sendRequest } from "./send-request.ts";

export interface RestApiInUse extends AsyncDisposable {
  endpoint: string;
  /** What the authorizer was asked. */
  events: APIGatewayRequestAuthorizerEvent[];
  /** What arrived behind the gateway. */
  received: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];
  lines: string[];
  send(options: {
    method?: string;
    path?: string;
    headers?: Record<string, string | number>;
    body?: string | Buffer;
  }): Promise<ReceivedResponse>;
}

/** A gateway in front of a server that takes everything for granted, and an authorizer that allows everything. */
export async function openRestApi(
  options: RestDocumentChanges & {
    authorize?: (event: APIGatewayRequestAuthorizerEvent) => unknown;
    answer?: (message: IncomingMessage, response: ServerResponse) => void;
    clock?: () => Date;
  } = {},
): Promise<RestApiInUse> {
  const { answer = (_message, response) => response.end("done"), authorize = allowEverything } = options;
  const received: RestApiInUse["received"] = [];
  const events: APIGatewayRequestAuthorizerEvent[] = [];
  const lines: string[] = [];
  const receive = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "", url = "", headers } = message;
    received.push({ method, url, headers, body: await text(message) });
    answer(message, response);
  };
  const backend = createServer((message, response) => void receive(message, response));
  backend.listen(0, "127.0.0.1");
  await once(backend, "listening");
  const address = backend.address();
  const api = await createRestApi({
    definition: restDocument(options),
    s3Endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    assumeRole: async () => ({
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "secret",
      sessionToken: "token",
    }),
    async invokeAuthorizer(event) {
      events.push(event);
      return authorize(event);
    },
    clock: options.clock ?? (() => new Date("2020-03-12T19:03:58.390Z")),
    log: (line) => lines.push(line),
  });
  return {
    endpoint: api.endpoint,
    events,
    received,
    lines,
    send: ({ method = "PUT", path = "/things/a?grant=1", ...request }) =>
      sendRequest({ endpoint: api.endpoint, method, path: `/prod${path}`, ...request }),
    async [Symbol.asyncDispose]() {
      await api.close();
      backend.closeAllConnections();
      backend.close();
    },
  };
}

/** @param context - of an authorizer that lets the request through */
export function allow(
  context: Record<string, unknown> = { key: "a" },
  resource = "*",
  effect: "Allow" | "Deny" = "Allow",
): unknown {
  return {
    principalId: "alice",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
    },
    context,
  };
}

function allowEverything(): unknown {
  return allow();
}
