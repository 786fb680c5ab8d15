import { request as send } from "node:http";

/** One request as it goes over the wire: no URL parser has made its path better. */
export interface RawRequest {
  method: string;
  origin: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array | string | undefined;
}

export function sendRaw(raw: RawRequest): Promise<{ status: number; text: string }> {
  const { method, origin, path, body = "" } = raw;
  const { hostname, port, host } = new URL(origin);
  const headers = { host, "content-length": String(Buffer.byteLength(body)), ...raw.headers };
  return new Promise((resolve, reject) => {
    const request = send({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = `${JSON.stringify(response.headers)}\n${Buffer.concat(chunks).toString()}`;
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** As S3 wants keys in paths: everything but the unreserved characters, and slashes. */
export function encodeKey(key: string): string {
  return key.split("/").map(encodeSegment).join("/");
}

export function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
