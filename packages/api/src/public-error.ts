import type { TRPCError } from "@trpc/server";
import { WaybillError, type WaybillErrorCode } from "@waybill/core";
import * as z from "zod/mini";
import { sentenceOf } from "./sentence-of.ts";

/** What a caller is told of what went wrong. */
export function publicError(error: TRPCError): { code: WaybillErrorCode; message: string } {
  const { cause } = error;
  if (cause instanceof WaybillError) return { code: cause.code, message: cause.message };
  if (cause instanceof z.core.$ZodError && error.code === "BAD_REQUEST") {
    return { code: "INVALID_INPUT", message: sentenceOf(cause) };
  }
  if (error.code === "INTERNAL_SERVER_ERROR") {
    // Whatever it was, it was not meant for the caller's eyes.
    return { code: "INTERNAL", message: new WaybillError("INTERNAL").message };
  }
  return { code: "INVALID_INPUT", message: error.message };
}
