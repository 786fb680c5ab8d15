import { randomBytes } from "node:crypto";
import type { Agent, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { CloudFrontOrigin } from "aws-lambda";
import type { Credentials } from "../identity/credentials.ts";
import type { RequestHandler } from "../loopback-server.ts";
import { drainBody, sendBytes } from "../send-bytes.ts";
import { CloudFrontError, toErrorBody } from "./cloudfront-error.ts";
import type { Behavior, Distribution } from "./config/parse-distribution.ts";
import { applyFunction, type EdgeRequest } from "./edge/apply-function.ts";
import type { GeneratedResponse } from "./edge/edge-result.ts";
import { headerValue } from "./header-list.ts";
import { toOriginRequest } from "./origin/forwarded-request.ts";
import { type OriginAnswer, sendToOrigin } from "./origin/send-to-origin.ts";
import { signForOrigin } from "./origin/sign-for-origin.ts";
import { checkViewer } from "./viewer/check-viewer.ts";
import type { CorsRequest } from "./viewer/cors-headers.ts";
import { readViewer, requireBehavior, type ViewerRequest } from "./viewer/read-viewer.ts";
import { readSignatureClaim, withoutSignatureParameters } from "./viewer/signature-claim.ts";
import { checkBody, readViewerBody } from "./viewer/viewer-body.ts";
import { fromOrigin, toViewerHeaders } from "./viewer/viewer-headers.ts";

export interface Edge {
  distribution: Distribution;
  agent: Agent;
  s3: { endpoint: string; region: string };
  credentials: (now: Date) => Required<Credentials>;
  isSecure: boolean;
  timeoutMs: number | undefined;
  clock: () => Date;
  log: (line: string) => void;
  via: string;
}

interface Exchange {
  message: IncomingMessage;
  response: ServerResponse;
  requestId: string;
  sendContinue: () => void;
  wasContinued: () => boolean;
  /** The viewer has gone. */
  signal: AbortSignal;
}

type Answer = { response: GeneratedResponse } | { origin: OriginAnswer };

export function createViewerHandler(edge: Edge): RequestHandler {
  return async (message, response, sendContinue) => {
    let wasContinued = false;
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    const exchange: Exchange = {
      message,
      response,
      requestId: randomBytes(40).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
      sendContinue() {
        if (!wasContinued) sendContinue();
        wasContinued = true;
      },
      wasContinued: () => wasContinued,
      signal: gone.signal,
    };
    await serve(edge, exchange).catch(() => response.destroy());
  };
}

async function serve(edge: Edge, exchange: Exchange): Promise<void> {
  try {
    const viewer = readViewer(exchange.message, edge.distribution);
    const behavior = requireBehavior(viewer, edge);
    checkBody(exchange.message);
    const answer = await answerViewer(edge, { exchange, viewer, behavior });
    await sendAnswer(edge, { exchange, viewer, behavior, answer });
  } catch (error) {
    if (exchange.response.headersSent) throw error;
    await sendRefusal(edge, exchange, toCloudFrontError(error));
  }
}

async function answerViewer(
  edge: Edge,
  { exchange, viewer, behavior }: { exchange: Exchange; viewer: ViewerRequest; behavior: Behavior },
): Promise<Answer> {
  const now = edge.clock();
  const { requestId } = exchange;
  // "CloudFront doesn't require a signed URL or signed cookies for OPTIONS requests."
  if (behavior.trustedKeys !== undefined && viewer.method !== "OPTIONS") {
    const claim = readSignatureClaim({ ...viewer, cookie: headerValue(viewer.headers, "cookie") });
    checkViewer(claim, { ...viewer, trustedKeys: behavior.trustedKeys, now });
  }
  const received: EdgeRequest = {
    ...viewer,
    querystring:
      behavior.trustedKeys === undefined
        ? viewer.querystring
        : withoutSignatureParameters(viewer.querystring),
    body: readViewerBody(exchange.message, exchange.sendContinue),
  };
  const { id: distributionId, domainName: distributionDomainName } = edge.distribution;
  const options = {
    config: { distributionDomainName, distributionId, requestId },
    timeoutMs: edge.timeoutMs,
  };
  const viewerFunction = behavior.functions.get("viewer-request");
  const seen = viewerFunction && (await applyFunction(viewerFunction, received, options));
  if (seen !== undefined && "response" in seen) return seen;
  const forwarded = toOriginRequest(seen?.request ?? received, behavior, { via: edge.via, requestId });
  const originFunction = behavior.functions.get("origin-request");
  const changed =
    originFunction &&
    (await applyFunction(originFunction, forwarded, { ...options, origin: toEventOrigin(behavior) }));
  if (changed !== undefined && "response" in changed) return changed;
  const request = changed?.request ?? forwarded;
  const headers = signForOrigin(request, {
    signing: behavior.origin.signing,
    credentials: edge.credentials(now),
    region: edge.s3.region,
    now,
  });
  return {
    origin: await sendToOrigin(
      { ...request, headers },
      { endpoint: edge.s3.endpoint, agent: edge.agent, timeoutMs: edge.timeoutMs, signal: exchange.signal },
    ),
  };
}

function toEventOrigin({ origin }: Behavior): CloudFrontOrigin {
  return {
    s3: {
      authMethod: "none", // origin access control is not told of
      customHeaders: {},
      domainName: origin.domainName,
      path: origin.path,
    },
  };
}

async function sendAnswer(
  edge: Edge,
  options: { exchange: Exchange; viewer: ViewerRequest; behavior: Behavior; answer: Answer },
): Promise<void> {
  const { exchange, viewer, behavior, answer } = options;
  const toHeaders = (headers: OutgoingHttpHeaders, resultType: string): OutgoingHttpHeaders =>
    toViewerHeaders(headers, {
      ...exchange,
      via: edge.via,
      resultType,
      policy: behavior.responseHeaders,
      viewer: toCorsRequest(viewer),
    });
  if ("origin" in answer) {
    const { response } = answer.origin;
    const status = response.statusCode ?? 502;
    const headers = toHeaders(fromOrigin(response.headers), status >= 400 ? "Error" : "Miss");
    await relay(exchange, { ...answer.origin, status, headers });
    return;
  }
  const { status, statusDescription, headers, bytes } = answer.response;
  const generated = Object.entries(headers)
    .filter(([name]) => name !== "content-length")
    .map(([name, entries]) => [name, entries.map(({ value }) => value)] as const);
  exchange.response.statusMessage = statusDescription ?? "";
  await sendOwn(exchange, {
    status,
    headers: toHeaders({ server: "CloudFront", ...Object.fromEntries(generated) }, "LambdaGeneratedResponse"),
    bytes,
  });
}

function toCorsRequest({ method, headers }: ViewerRequest): CorsRequest {
  const isPreflight =
    method === "OPTIONS" && headerValue(headers, "access-control-request-method") !== undefined;
  return { origin: headerValue(headers, "origin"), isPreflight };
}

/** Pass an answer on as it comes, also while the viewer is still sending. */
async function relay(
  { message, response }: Exchange,
  answer: OriginAnswer & { status: number; headers: OutgoingHttpHeaders },
): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  await pipeline(answer.response, response, { end: false });
  await answer.stop();
  if (!message.complete && !(await drainBody(message))) message.socket.destroy();
  response.end();
}

async function sendRefusal(edge: Edge, exchange: Exchange, error: CloudFrontError): Promise<void> {
  const { message, requestId } = exchange;
  const path = message.url?.replace(/\?.*/s, "") ?? "";
  edge.log(
    `${error.status} ${error.code ?? error.resultType} ${message.method} ${path}: ${error.logNote.replaceAll(/\p{Cc}+/gu, " ")}`,
  );
  const { type, bytes } = toErrorBody(error, requestId);
  await sendOwn(exchange, {
    status: error.status,
    headers: {
      server: "CloudFront",
      "content-type": type,
      ...error.headers,
      ...(error.isLast ? { connection: "close" } : {}),
      via: edge.via,
      "x-cache": `${error.resultType} from cloudfront`,
      "x-amz-cf-id": requestId,
    },
    bytes,
  });
}

function sendOwn(
  { message, response, wasContinued }: Exchange,
  answer: { status: number; headers: OutgoingHttpHeaders; bytes: Buffer },
): Promise<void> {
  return sendBytes({ message, response, wasContinued: wasContinued() }, answer);
}

function toCloudFrontError(error: unknown): CloudFrontError {
  if (error instanceof CloudFrontError) return error;
  const logNote = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new CloudFrontError(500, { message: "CloudFront failed.", logNote, cause: error });
}
