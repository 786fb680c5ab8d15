import { initTRPC, TRPCError } from "@trpc/server";
import { WaybillError, type WaybillErrorCode } from "@waybill/core";
import { en } from "zod/locales";
import * as z from "zod/mini";
import type { ApiContext } from "./context.ts";
import { sentenceOf } from "./sentence-of.ts";

z.config(en()); // sentences instead of "Invalid input"

/** The only place where a code of ours becomes one of tRPC's. */
const TRPC_CODES: Record<number, TRPCError["code"]> = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  500: "INTERNAL_SERVER_ERROR",
  502: "BAD_GATEWAY",
  503: "SERVICE_UNAVAILABLE",
  504: "GATEWAY_TIMEOUT",
};

const trpc = initTRPC.context<ApiContext>().create({
  errorFormatter({ shape, error }) {
    const { code, message } = publicError(error);
    return {
      ...shape,
      message,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, waybillCode: code },
    };
  },
});

export const router = trpc.router;

/** For everyone, logged in or not. */
export const publicProcedure = trpc.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok && result.error.cause instanceof WaybillError) {
    const { status, message } = result.error.cause;
    throw new TRPCError({
      code: TRPC_CODES[status] ?? "INTERNAL_SERVER_ERROR",
      message,
      cause: result.error.cause,
    });
  }
  return result;
});

/** For those who are logged in. */
export const procedure = publicProcedure.use(async ({ ctx, next }) => {
  const principal = await ctx.authenticate();
  if (principal === undefined) throw new WaybillError("UNAUTHENTICATED");
  return next({ ctx: { ...ctx, principal } });
});

function publicError(error: TRPCError): { code: WaybillErrorCode; message: string } {
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
