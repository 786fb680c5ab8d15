import { initTRPC, TRPCError } from "@trpc/server";
import { WaybillError } from "@waybill/core";
import { en } from "zod/locales";
import * as z from "zod/mini";
import { auditCall } from "./audit/audit-call.ts";
import type { ApiContext } from "./context.ts";
import type { Principal } from "./principal.ts";
import { publicError } from "./public-error.ts";
import { retryAfterMsOf } from "./retry-after.ts";

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
  429: "TOO_MANY_REQUESTS",
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
      data: {
        code: shape.data.code,
        httpStatus: shape.data.httpStatus,
        waybillCode: code,
        retryAfterMs: retryAfterMsOf(error), // left out where nobody says when
      },
    };
  },
});

export const router = trpc.router;

/** For everyone, with nothing to decide. */
export const openProcedure = trpc.procedure.use(async ({ next }) => {
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

/** For everyone, logged in or not: `principal` is who asks. Every call leaves an audit line. */
const auditedProcedure = openProcedure
  .use(async ({ ctx, path, getRawInput, next }) => {
    let principal: Principal | undefined;
    const authenticate = async () => (principal = await ctx.authenticate());
    const result = await next({ ctx: { ...ctx, authenticate } });
    await auditCall(ctx, { principal, procedure: path, getRawInput, result });
    return result;
  })
  .use(async ({ ctx, next }) => next({ ctx: { ...ctx, principal: await ctx.authenticate() } }));

/** For everyone, logged in or not; requests of those who are count towards their limit. */
export const publicProcedure = auditedProcedure.use(async ({ ctx, next }) => {
  if (ctx.principal !== undefined) await ctx.deps.limits.countRequest(ctx.principal);
  return next({ ctx });
});

/** For those who are logged in, and counts its requests itself. */
export const uncountedProcedure = auditedProcedure.use(async ({ ctx, next }) => {
  const { principal } = ctx;
  if (principal === undefined) throw new WaybillError("UNAUTHENTICATED");
  return next({ ctx: { ...ctx, principal } });
});

/** For those who are logged in. */
export const procedure = uncountedProcedure.use(async ({ ctx, next }) => {
  await ctx.deps.limits.countRequest(ctx.principal);
  return next({ ctx });
});
