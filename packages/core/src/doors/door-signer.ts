import { contentDisposition } from "../keys/content-disposition.ts";
import { partRange } from "../multipart/plan-upload.ts";
import type { RouteSigner } from "../s3/request-signer.ts";
import { CHECKSUM_HEADERS, putHeaders } from "../s3/upload-headers.ts";
import { grantExpiry } from "../sigv4/grant-expiry.ts";
import type { DoorKey } from "./door-key.ts";
import {
  CONTENT_TYPE,
  doorText,
  PARAMETERS,
  queryText,
  type DoorRequest,
  type DoorRoute,
} from "./door-request.ts";

/**
 * Signs requests for one of our own doors, in the same form as those for the store: what differs from part to part stands
 * as a placeholder in the URL.
 *
 * @param options.urlOf - where the door takes requests for a key: no query, everything percent-encoded
 * @param options.key - asked before every grant
 */
export function createDoorSigner(options: {
  route: DoorRoute;
  urlOf: (objectKey: string) => string;
  key: () => Promise<DoorKey>;
  now: () => Date;
}): RouteSigner {
  const { route, urlOf, now } = options;

  async function begin(limits: { asked?: number | undefined; policy: number }, headers: readonly string[]) {
    const { expiresAt } = grantExpiry({ ...limits, now: now() });
    const key = await options.key();
    const common = {
      [PARAMETERS.expires]: String(expiresAt.getTime() / 1000),
      [PARAMETERS.keyId]: key.keyId,
      ...(headers.length === 0 ? {} : { [PARAMETERS.headers]: headers.toSorted().join(";") }),
    };
    return { key, expiresAt, common };
  }

  /** Signatures in base64url, one behind the other. */
  async function signAll(key: DoorKey, requests: readonly DoorRequest[]): Promise<string> {
    const signatures = await Promise.all(requests.map((request) => key.sign(doorText(route, request))));
    return signatures.map(base64Url).join("");
  }

  const urlAround = (objectKey: string, query: Record<string, string>) =>
    `${urlOf(objectKey)}?${queryText(query)}&${PARAMETERS.signature}={signature}`;

  return {
    async signGet({ key: objectKey, fileName, disposition, asked, policy }) {
      const { key, expiresAt, common } = await begin({ asked, policy }, []);
      const query = { ...common, "response-content-disposition": contentDisposition(disposition, fileName) };
      const request = { method: "GET" as const, key: objectKey, query, headers: {} };
      const url = urlAround(objectKey, query).replace("{signature}", await signAll(key, [request]));
      return { request: { method: "GET", url, headers: {} }, expiresAt };
    },

    async signPut({ put, integrity, checksum, policy }) {
      const { checksumHeader } = CHECKSUM_HEADERS[integrity];
      const headers = route === "lambda" ? asBytes(putHeaders(put, integrity)) : putHeaders(put, integrity);
      const { key, expiresAt, common } = await begin({ policy }, [...Object.keys(headers), checksumHeader]);
      const query = { ...common, [PARAMETERS.length]: String(put.sizeBytes) };
      const requests = (checksum === undefined ? [] : [checksum]).map((value) => ({
        method: "PUT",
        key: put.key,
        query,
        headers: { ...headers, [checksumHeader]: value },
      }));
      return {
        template: { method: "PUT", url: urlAround(put.key, query), headers, checksumHeader },
        signatures: await signAll(key, requests),
        signatureForm: "base64url",
        expiresAt: expiresAt.toISOString(),
      };
    },

    async signParts({ key: objectKey, uploadId, plan, integrity, parts, policy }) {
      const { checksumHeader, alongside: headers } = CHECKSUM_HEADERS[integrity];
      const { key, expiresAt, common } = await begin({ policy }, [...Object.keys(headers), checksumHeader]);
      const queryOf = (part: { partNumber: string; sizeBytes: string }) => ({
        ...common,
        uploadId,
        partNumber: part.partNumber,
        [PARAMETERS.length]: part.sizeBytes,
      });
      const requests = parts.map(({ partNumber, checksum }) => {
        const { start, end } = partRange(plan, partNumber);
        const query = queryOf({ partNumber: String(partNumber), sizeBytes: String(end - start) });
        return { method: "PUT", key: objectKey, query, headers: { ...headers, [checksumHeader]: checksum } };
      });
      const url = urlAround(objectKey, queryOf({ partNumber: "{partNumber}", sizeBytes: "{sizeBytes}" }))
        // = stands nowhere else but behind a name
        .replace("partNumber=%7BpartNumber%7D&", "partNumber={partNumber}&")
        .replace(`${PARAMETERS.length}=%7BsizeBytes%7D&`, `${PARAMETERS.length}={sizeBytes}&`);
      return {
        template: { method: "PUT", url, headers, checksumHeader },
        signatures: await signAll(key, requests),
        signatureForm: "base64url",
        expiresAt: expiresAt.toISOString(),
      };
    },
  };
}

/**
 * API Gateway hands what calls itself text to a function as text, and what is no UTF-8 in it is lost. So it is called
 * bytes, and what it is comes beside it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
function asBytes(headers: Record<string, string>): Record<string, string> {
  const { "content-type": contentType = "", ...others } = headers;
  return { ...others, "content-type": "application/octet-stream", [CONTENT_TYPE]: contentType };
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
