import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { passOn, refusal, type DoorAnswer, type DoorDeps } from "./pass-on.ts";
import type { DoorRequestWithBody } from "./read-door-event.ts";
import { STREAMED_BYTES } from "./streamed-bytes.ts";

/**
 * Answer a request for an object with a stream: what the store sends is passed on as it comes, so that no more of it is in
 * memory than is on its way.
 *
 * @param request - undefined: it was not for an object
 * @param options.begin - status and headers, before the body
 * @param options.signal - to give up in time
 * @throws where the store breaks off: what has been sent cannot be taken back, and its reader goes on where it ends
 */
export async function streamDoorRequest(
  deps: DoorDeps,
  request: DoorRequestWithBody | undefined,
  options: {
    begin: (head: { statusCode: number; headers: Record<string, string> }) => Writable;
    signal: AbortSignal;
  },
): Promise<void> {
  const { status, headers, body } = await answerTo(deps, request, options.signal);
  const stream = options.begin({ statusCode: status, headers });
  stream.write(""); // the runtime sends status and headers with the first write, and an object can be empty
  if (typeof body === "string") stream.end(body);
  else await pipeline(body, stream);
}

async function answerTo(
  deps: DoorDeps,
  request: DoorRequestWithBody | undefined,
  signal: AbortSignal,
): Promise<DoorAnswer> {
  if (request === undefined) return refusal(404, "NoSuchKey", "There is nothing here.");
  if (request.method !== "GET") return refusal(405, "MethodNotAllowed", "Objects can only be read here.");
  return passOn(deps, request, { maxBytes: STREAMED_BYTES, signal });
}
