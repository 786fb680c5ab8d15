import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

export interface ReceivedResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  text: string;
}

/** Send exactly this: unlike `fetch`, with the path as it is and any header. */
export function sendRequest(options: {
  endpoint: string;
  method: string;
  path: string;
  headers?: Record<string, string | number>;
  body?: string | Buffer;
}): Promise<ReceivedResponse> {
  const { protocol, hostname, port } = new URL(options.endpoint);
  const open = protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = open(
      { hostname, port, method: options.method, path: options.path, headers: options.headers ?? {} },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text: bytes.toString(),
          });
        });
      },
    );
    request.once("error", reject);
    request.end(options.body);
  });
}

/** `<Code>NoSuchKey</Code>` gives `NoSuchKey`. */
export function xmlValue(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}
