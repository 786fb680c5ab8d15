import type { TRPCError } from "@trpc/server";
import { WaybillError, type WaybillErrorCode } from "@waybill/core";
import * as z from "zod/mini";
import type { ApiContext } from "../context.ts";
import type { Principal } from "../principal.ts";
import { publicError } from "../public-error.ts";
import type { UploadClaims } from "../upload-token.ts";
import { auditFacts } from "./audit-facts.ts";

const WithToken = z.object({ token: z.string() });

/** Write down what became of a call. */
export async function auditCall(
  { deps, requestId }: ApiContext,
  call: {
    principal: Principal | undefined;
    procedure: string;
    getRawInput: () => Promise<unknown>;
    result: { ok: true; data: unknown } | { ok: false; error: TRPCError };
  },
): Promise<void> {
  const { principal, procedure, result } = call;
  const input = await call.getRawInput().catch(() => undefined); // it cannot be read: that is what the caller is told
  const answer = result.ok ? result.data : undefined;
  const claims = await claimsIn(input, { deps, principal });
  deps.audit({
    type: "audit",
    time: deps.now().toISOString(),
    requestId,
    principal: principal?.id ?? null,
    procedure,
    ...(result.ok ? { decision: "allow" } : verdictOn(result.error)),
    ...auditFacts({ collections: deps.collections, input, claims, answer }),
  });
}

/** What an upload's token says, where it is one that we have made for this principal. */
async function claimsIn(
  input: unknown,
  { deps, principal }: { deps: ApiContext["deps"]; principal: Principal | undefined },
): Promise<UploadClaims | undefined> {
  const asked = WithToken.safeParse(input);
  if (!asked.success || principal === undefined) return undefined;
  return deps.tokens.verify(asked.data.token, principal.id).catch(() => undefined);
}

function verdictOn(error: TRPCError): { decision: "deny" | "error"; code: WaybillErrorCode } {
  const { code } = publicError(error);
  return { decision: new WaybillError(code).status < 500 ? "deny" : "error", code };
}
