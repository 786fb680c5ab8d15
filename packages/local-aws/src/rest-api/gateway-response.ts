import type { GatewayError, GatewayErrorType } from "./gateway-error.ts";
import type { GatewayResponse, GatewayResponseType } from "./openapi-document.ts";

type GatewayResponses = Readonly<Partial<Record<GatewayResponseType, GatewayResponse>>>;

export interface RestAnswer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

const USUAL_TEMPLATE = '{"message":$context.error.messageString}';
const HEADER_TARGET = /^gatewayresponse\.header\.([\w-]+)$/;
const STATIC = /^'([^']*)'$/;
const MESSAGE = /\$context\.error\.messageString(?!\w)/g;
/** What an authorizer said of a request that it denied; as it is, without quotes. */
const FROM_AUTHORIZER = /\$context\.authorizer\.(\w+)/g;

/** What no document has a say in. */
const FIXED: ReadonlySet<GatewayErrorType> = new Set([
  "HEADERS_TOO_LARGE",
  "REQUEST_TOO_LARGE",
  "UNKNOWN_STAGE",
]);

/**
 * An error as the answer that the document has for it: its own, else that of all 4xx or 5xx, else the usual one.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function toGatewayAnswer(error: GatewayError, responses: GatewayResponses): RestAnswer {
  const { statusCode, responseParameters = {}, responseTemplates } = findResponse(error, responses);
  const template = responseTemplates?.["application/json"] ?? USUAL_TEMPLATE;
  return {
    status: Number(statusCode ?? error.status),
    headers: {
      "content-type": "application/json",
      "x-amzn-errortype": error.errorType,
      ...Object.fromEntries(
        Object.entries(responseParameters).map(([target, source]) => [
          HEADER_TARGET.exec(target)?.[1] ?? "",
          STATIC.exec(source)?.[1] ?? "",
        ]),
      ),
    },
    bytes: Buffer.from(
      template
        .replaceAll(MESSAGE, () => JSON.stringify(error.message))
        .replaceAll(FROM_AUTHORIZER, (_, name: string) => error.context?.get(name) ?? ""),
    ),
  };
}

function findResponse({ type, status }: GatewayError, responses: GatewayResponses): GatewayResponse {
  if (FIXED.has(type)) return {};
  const fallback = status < 500 ? responses.DEFAULT_4XX : responses.DEFAULT_5XX;
  const own = Object.entries(responses).find(([name]) => name === type)?.[1];
  return own ?? fallback ?? {};
}

/** @throws {Error} for mappings other than of static values, and templates that need more than the message */
export function checkGatewayResponses(responses: GatewayResponses): void {
  for (const { responseParameters = {}, responseTemplates } of Object.values(responses)) {
    for (const [target, source] of Object.entries(responseParameters)) {
      if (!HEADER_TARGET.test(target) || !STATIC.test(source)) {
        throw new Error(`unknown mapping expression ${JSON.stringify(`${target}: ${source}`)}`);
      }
    }
    const template = responseTemplates?.["application/json"] ?? "";
    if (/[$#]/.test(template.replaceAll(MESSAGE, "").replaceAll(FROM_AUTHORIZER, "")))
      throw new Error(`unknown template ${template}`);
  }
}
