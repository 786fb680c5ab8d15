import {
  AbortUploadInput,
  AbortUploadOutput,
  CompleteUploadInput,
  CompleteUploadOutput,
  CreateUploadInput,
  CreateUploadOutput,
  FindUploadInput,
  FindUploadOutput,
  ListUploadsInput,
  ListUploadsOutput,
  RerouteUploadInput,
  RerouteUploadOutput,
  ResumeUploadInput,
  ResumeUploadOutput,
  SignedParts,
  SignPartsInput,
  WaybillError,
} from "@waybill/core";
import { abortMultipartUpload, headBucket, listMultipartUploads } from "@waybill/core/s3";
import { claimsOfToken } from "./claims-of-token.ts";
import { collectionNamed } from "./collections/define-collections.ts";
import { createUpload } from "./create-upload.ts";
import { listPrefixes } from "./list-prefixes.ts";
import { everyonesPrefixes, maySweep, placeOfKey, visiblePrefixes } from "./policy.ts";
import { signUploadParts } from "./sign-upload-parts.ts";
import { procedure, router } from "./trpc.ts";

/** Who begins an upload is the first to call, and waits: what comes later is loaded later. */
export const uploadRouter = router({
  create: procedure
    .input(CreateUploadInput)
    .output(CreateUploadOutput)
    .mutation(({ ctx, input }) => createUpload(ctx.deps, ctx.principal, input)),

  // A mutation only in that no cache may keep what it answers.
  find: procedure
    .input(FindUploadInput)
    .output(FindUploadOutput)
    .mutation(async ({ ctx, input }) => {
      const { findUpload } = await import("./find-upload.ts");
      return findUpload(ctx.deps, ctx.principal, input);
    }),

  sign: procedure
    .input(SignPartsInput)
    .output(SignedParts)
    .mutation(async ({ ctx, input }) => {
      const claims = await claimsOfToken(ctx.deps, ctx.principal, input.token);
      if (claims.route === "credentials")
        throw new WaybillError("ROUTE_UNAVAILABLE", "On this route the client signs for itself.");
      // A single PUT is signed anew because the store refused it. That may come of a clock that is wrong, which
      // nobody knows before the store has answered something.
      if (claims.uploadId === undefined) await headBucket(ctx.deps.store);
      return signUploadParts(ctx.deps, claims, input.parts);
    }),

  // A mutation: it answers with a new token, which no cache may keep.
  resume: procedure
    .input(ResumeUploadInput)
    .output(ResumeUploadOutput)
    .mutation(async ({ ctx, input }) => {
      const { resumeUpload } = await import("./resume-upload.ts");
      return resumeUpload(ctx.deps, ctx.principal, input);
    }),

  // A mutation, as `resume` is.
  reroute: procedure
    .input(RerouteUploadInput)
    .output(RerouteUploadOutput)
    .mutation(async ({ ctx, input }) => {
      const { rerouteUpload } = await import("./reroute-upload.ts");
      return rerouteUpload(ctx.deps, ctx.principal, input);
    }),

  complete: procedure
    .input(CompleteUploadInput)
    .output(CompleteUploadOutput)
    .mutation(async ({ ctx, input }) => {
      const { deps, principal } = ctx;
      const { completeUpload } = await import("./complete-upload.ts");
      const claims = await claimsOfToken(deps, principal, input.token);
      const collection = collectionNamed(deps.collections, claims.collection);
      const object = await completeUpload(deps, claims, input);
      const after = await collection.afterUpload?.({ principal, object });
      return { ...object, ...(after === undefined ? {} : { after }) };
    }),

  abort: procedure
    .input(AbortUploadInput)
    .output(AbortUploadOutput)
    .mutation(async ({ ctx, input }) => {
      if ("token" in input) {
        const { key, uploadId } = await ctx.deps.tokens.verify(input.token, ctx.principal.id);
        if (uploadId !== undefined) await abortMultipartUpload(ctx.deps.store, { key, uploadId });
      } else {
        if (!maySweep(ctx.principal)) placeOfKey(ctx.deps.collections, ctx.principal, "create", input.key);
        await abortMultipartUpload(ctx.deps.store, input);
      }
      return { aborted: true as const };
    }),

  list: procedure
    .input(ListUploadsInput)
    .output(ListUploadsOutput)
    .query(async ({ ctx, input: { owner, limit, cursor } }) => {
      const prefixes =
        owner === "everyone"
          ? everyonesPrefixes(ctx.deps.collections, ctx.principal)
          : visiblePrefixes(ctx.deps.collections, ctx.principal, "");
      const { items: uploads, ...rest } = await listPrefixes({
        prefixes,
        cursor,
        limit,
        async list(prefix, { limit: most, after }) {
          const marker = after === undefined ? undefined : splitMarker(after);
          const page = await listMultipartUploads(ctx.deps.store, { prefix, limit: most, after: marker });
          return { items: page.uploads, after: page.next && `${page.next.uploadId}\n${page.next.key}` };
        },
      });
      return { uploads, ...rest };
    }),
});

function splitMarker(after: string): { key: string; uploadId: string } {
  const at = after.indexOf("\n"); // an uploadId has no line break
  return { uploadId: after.slice(0, at), key: after.slice(at + 1) };
}
