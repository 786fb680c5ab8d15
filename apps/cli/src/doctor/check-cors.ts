import type { Integrity, StoreHealthOutput } from "@waybill/core";
import type { CommandContext } from "../command-context.ts";
import { messageOf, type Check } from "./check.ts";

/** That a page sends with an upload. */
const UPLOAD_HEADERS = ["content-type", "content-disposition", "if-none-match"];
const CHECKSUM_HEADERS: Record<Integrity, readonly string[]> = {
  CRC64NVME: ["x-amz-checksum-crc64nvme", "x-amz-sdk-checksum-algorithm"],
  MD5: ["content-md5"],
};

/** Ask the store as a browser would, before an upload from the web page. */
export async function checkCors(
  { env, signal }: CommandContext,
  { url, integrity }: StoreHealthOutput,
): Promise<Check> {
  const needed = [...UPLOAD_HEADERS, ...CHECKSUM_HEADERS[integrity]];
  const remedy = `Give the bucket a CORS rule for ${env.webOrigin} (PUT, GET; all headers), or the web page cannot use it.`;
  try {
    const response = await fetch(`${url}/waybill-doctor`, {
      method: "OPTIONS",
      headers: {
        origin: env.webOrigin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": needed.join(","),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    const allowed = response.headers.get("access-control-allow-origin");
    const headers = response.headers.get("access-control-allow-headers")?.toLowerCase() ?? "";
    const ok = response.ok && (allowed === "*" || allowed === env.webOrigin) && allowsAll(headers, needed);
    const detail = ok
      ? `the store lets ${env.webOrigin} upload`
      : `the store does not let ${env.webOrigin} upload (HTTP ${response.status})`;
    return { name: "CORS", ok, detail, ...(ok ? {} : { remedy }) };
  } catch (error) {
    return {
      name: "CORS",
      ok: false,
      detail: `this machine cannot reach ${url} (${messageOf(error)})`,
      remedy,
    };
  }
}

function allowsAll(headers: string, needed: readonly string[]): boolean {
  const list = headers.split(",").map((name) => name.trim());
  return list.includes("*") || needed.every((name) => list.includes(name));
}
