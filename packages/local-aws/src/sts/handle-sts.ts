import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { authenticateService } from "../identity/authenticate-service.ts";
import type { Identities } from "../identity/create-identities.ts";
import { ServiceAuthError } from "../identity/service-auth-error.ts";
import type { RequestHandler } from "../loopback-server.ts";
import { readUpTo } from "../read-up-to.ts";
import { toHeaderMap } from "../s3/request-headers.ts";
import { parseRequestTarget } from "../s3/request-target.ts";
import { S3Error } from "../s3/s3-error.ts";
import type { SignedMessage } from "../s3/sigv4/signed-message.ts";
import { sendBytes } from "../send-bytes.ts";
import { assumeRole } from "./assume-role.ts";
import { getCallerIdentity } from "./get-caller-identity.ts";
import { getSessionToken } from "./get-session-token.ts";
import { type Parameters, parseForm } from "./query-parameters.ts";
import type { StsAction } from "./sts-call.ts";
import { notImplemented, StsError } from "./sts-error.ts";
import { resultXml, stsErrorXml } from "./write-sts-xml.ts";

export interface StsService {
  identities: Identities;
  region: string;
  clock: () => Date;
  log: (line: string) => void;
}

/** The longest policy and 50 of the longest tags, each of their bytes escaped, take half of it. */
const MAX_BODY_BYTES = 256 * 1024;
const VERSION = "2011-06-15";

const ACTIONS: readonly StsAction[] = [assumeRole, getCallerIdentity, getSessionToken];

/** Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html */
const UNIMPLEMENTED: ReadonlySet<string> = new Set([
  "AssumeRoleWithSAML",
  "AssumeRoleWithWebIdentity",
  "AssumeRoot",
  "DecodeAuthorizationMessage",
  "GetAccessKeyInfo",
  "GetDelegatedAccessToken",
  "GetFederationToken",
  "GetWebIdentityToken",
]);

interface StsAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Answers the query protocol of STS: parameters in the body of `POST /`, or in the query of `GET /`, which may
 * be presigned.
 */
export function createStsHandler(service: StsService): RequestHandler {
  return async (message, response, sendContinue) => {
    const requestId = randomUUID();
    let wasContinued = false;
    const goOn = (): void => {
      wasContinued = true;
      sendContinue();
    };
    const { status, headers, body } = await answerCall(service, { message, goOn, requestId });
    await sendBytes(
      { message, response, wasContinued },
      { status, headers: { "x-amzn-requestid": requestId, ...headers }, bytes: Buffer.from(body) },
    ).catch(() => response.destroy());
  };
}

async function answerCall(
  service: StsService,
  exchange: { message: IncomingMessage; goOn: () => void; requestId: string },
): Promise<StsAnswer> {
  const { message, goOn, requestId } = exchange;
  let name: string | undefined;
  try {
    const body = await readUpTo(MAX_BODY_BYTES, { message, sendContinue: goOn });
    if (body === "too-large") throw new StsError("RequestEntityTooLarge");
    if (body === "cut-short") throw new StsError("MalformedInput", { logNote: "the body ended early" });
    const signed: SignedMessage = {
      method: message.method ?? "",
      ...parseRequestTarget(message.url ?? ""),
      headers: toHeaderMap(message.rawHeaders),
    };
    const parameters =
      signed.method === "POST" ? parseForm(body) : new Map(signed.queryParameters.toReversed());
    name = parameters.get("Action");
    if (name === undefined) return REDIRECT;
    const action = findAction(name, parameters);
    const now = service.clock();
    const { region } = service;
    const caller = authenticateService(signed, { ...service, body, service: "sts", now });
    const sourceIp = message.socket.remoteAddress;
    const call = { ...service, ...signed, parameters, caller, sourceIp, region, now };
    return { status: 200, headers: XML, body: resultXml(action.name, action.run(call), requestId) };
  } catch (error) {
    const refusal = toRefusal(error);
    service.log(toLogLine(name, refusal));
    return { status: refusal.status, headers: XML, body: stsErrorXml(refusal, requestId) };
  }
}

function toRefusal(error: unknown): StsError | ServiceAuthError {
  if (error instanceof StsError || error instanceof ServiceAuthError) return error;
  // The only thing of S3's in here is the reader of the request line.
  if (error instanceof S3Error) return new StsError("MalformedInput", { cause: error, logNote: error.code });
  return new StsError("InternalFailure", { cause: error });
}

const XML = { "content-type": "text/xml" };
/** What Amazon makes of a call without an action. */
const REDIRECT: StsAnswer = { status: 302, headers: { location: "https://aws.amazon.com/iam" }, body: "" };

/** Before anybody is asked who he is: so Amazon does it. */
function findAction(name: string, parameters: Parameters): StsAction {
  const version = parameters.get("Version") ?? "NO_VERSION_SPECIFIED";
  const action = ACTIONS.find((candidate) => candidate.name === name);
  if (version === VERSION && action !== undefined) return action;
  if (version === VERSION && UNIMPLEMENTED.has(name)) throw notImplemented(name);
  throw new StsError("InvalidAction", {
    message: `Could not find operation ${name} for version ${version}`,
  });
}

function toLogLine(action: string | undefined, refusal: StsError | ServiceAuthError): string {
  const { cause } = refusal;
  const note =
    refusal.logNote ?? (refusal.code === "InternalFailure" && cause instanceof Error ? cause.message : "");
  const line = `${refusal.status} ${refusal.code} sts:${action ?? ""}${note && `: ${note}`}`;
  return line.replaceAll(/\p{Cc}+/gu, " ").slice(0, MAX_LOG_CHARACTERS);
}

const MAX_LOG_CHARACTERS = 500;
