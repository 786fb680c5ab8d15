import { AuthOptionsOutput, WhoAmIOutput } from "@waybill/core";
import { openProcedure, procedure, router } from "./trpc.ts";

export const authRouter = router({
  /** For anybody: whoever wants to log in does not know us yet. */
  options: openProcedure.output(AuthOptionsOutput).query(({ ctx }) => ({ login: ctx.deps.login })),

  whoAmI: procedure
    .output(WhoAmIOutput)
    .query(({ ctx: { principal } }) => ({ id: principal.id, scopes: [...principal.scopes] })),
});
