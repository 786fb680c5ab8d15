import { IssueCredentialsInput, IssuedCredentials } from "@waybill/core";
import { procedure, router } from "../trpc.ts";
import { issueCredentials } from "./issue-credentials.ts";

export const credentialsRouter = router({
  // A mutation: every answer is a new grant, which no cache may keep.
  issue: procedure
    .input(IssueCredentialsInput)
    .output(IssuedCredentials)
    .mutation(({ ctx, input }) => issueCredentials(ctx.deps, ctx.principal, input)),
});
