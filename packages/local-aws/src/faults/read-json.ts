import type { IncomingMessage } from "node:http";
import * as z from "zod/mini";
import { readUpTo } from "../read-up-to.ts";
import { ControlError } from "./control-error.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** @throws {ControlError} 415, 413, or 400 with what is wrong */
export async function readJson<Schema extends z.core.$ZodType>(
  request: { message: IncomingMessage; sendContinue: () => void },
  schema: Schema,
): Promise<z.output<Schema>> {
  const type = request.message.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new ControlError(415, "the body must be application/json");
  const body = await readUpTo(MAX_BODY_BYTES, request);
  if (body === "too-large") throw new ControlError(413, `the body is longer than ${MAX_BODY_BYTES} bytes`);
  if (body === "cut-short") throw new ControlError(400, "the body ended early");
  const parsed = z.safeParse(schema, parseJson(body.toString()));
  if (!parsed.success) throw new ControlError(400, z.prettifyError(parsed.error));
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(400, "the body is not JSON");
  }
}
