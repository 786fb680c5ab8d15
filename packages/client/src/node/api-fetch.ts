import type { ApiFetch } from "../api-client.ts";
import { HttpAgent, httpRequest, HttpsAgent, httpsRequest } from "./http-modules.ts";

/** An answer of the API is a few hundred kilobytes at most; whatever is larger is none. */
const MAX_ANSWER_BYTES = 16 * 1024 ** 2;

/**
 * What the API's client needs of `fetch`, with node:http: Node's own costs 14 MiB and 30 ms when it is first
 * used, half as much as all the rest of a small upload.
 */
export function createApiFetch(): { fetch: ApiFetch; close: () => void } {
  const agents = {
    "http:": new HttpAgent({ keepAlive: true }),
    "https:": new HttpsAgent({ keepAlive: true }),
  };
  const fetch: ApiFetch = (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const secure = url.startsWith("https:");
      const agent = agents[secure ? "https:" : "http:"];
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method,
        headers: { ...headers, ...length },
        agent,
        signal,
      });
      request.on("error", reject);
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("error", reject);
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > MAX_ANSWER_BYTES) request.destroy(new Error("The answer is too large."));
        });
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          const text = Buffer.concat(chunks).toString("utf8");
          const contentType = response.headers["content-type"] ?? null;
          resolve({
            status,
            ok: status >= 200 && status < 300,
            headers: { get: () => contentType },
            json: async () => JSON.parse(text),
          });
        });
      });
      request.end(body);
    });
  return {
    fetch,
    close() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}
