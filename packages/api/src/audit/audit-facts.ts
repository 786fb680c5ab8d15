import { CollectionAction, ObjectKey, Route, SizeBytes } from "@waybill/core";
import * as z from "zod/mini";
import { catch as orElse } from "zod/mini";
import { collectionOfKey } from "../policy.ts";
import type { Collections } from "../collections/define-collections.ts";
import type { UploadClaims } from "../upload-token.ts";
import type { AuditLine } from "./audit-line.ts";

type Facts = Pick<
  AuditLine,
  "collection" | "key" | "keys" | "prefix" | "route" | "sizeBytes" | "actions" | "expiresAt"
>;

/** Whatever is not of the form that it should have is left out, as when a caller's input is not valid. */
function ifRight<T>(schema: z.ZodMiniType<T>) {
  return orElse(z.optional(schema), undefined);
}

/** What the calls of this API name in their inputs and answers, under the same names everywhere; and nothing besides. */
const Named = z.object({
  collection: ifRight(z.string()),
  key: ifRight(ObjectKey),
  keys: ifRight(z.array(ObjectKey)),
  prefix: ifRight(z.string()),
  route: ifRight(Route),
  sizeBytes: ifRight(SizeBytes),
  actions: ifRight(z.array(CollectionAction)),
  expiresAt: ifRight(z.iso.datetime()),
});
const Answer = z.extend(Named, {
  plan: ifRight(z.object({ sizeBytes: SizeBytes })),
  parts: ifRight(z.object({ expiresAt: z.iso.datetime() })),
  share: ifRight(z.object({ expiresAt: z.nullable(z.iso.datetime()) })),
});

/** What a call was about: as it was asked for, as its upload's token says, and as it was answered. */
export function auditFacts(options: {
  collections: Collections;
  input: unknown;
  claims: UploadClaims | undefined;
  answer: unknown;
}): Facts {
  const { collections, claims } = options;
  const asked = Named.safeParse(options.input).data;
  const answered = Answer.safeParse(options.answer).data;
  const isOurs = (key: string) => collectionOfKey(collections, key) !== undefined;
  const key = [answered?.key, claims?.key, asked?.key].find((it) => it !== undefined && isOurs(it));
  const keys = asked?.keys?.filter(isOurs);
  const prefix = [answered?.prefix, asked?.prefix].find((it) => it !== undefined && isOurs(it));
  const named =
    asked?.collection !== undefined && Object.hasOwn(collections, asked.collection)
      ? asked.collection
      : undefined;
  return {
    collection: named ?? collectionOfKey(collections, key ?? prefix ?? keys?.[0] ?? ""),
    key,
    keys,
    prefix,
    route: answered?.route ?? claims?.route ?? asked?.route,
    sizeBytes: answered?.plan?.sizeBytes ?? claims?.plan.sizeBytes ?? answered?.sizeBytes ?? asked?.sizeBytes,
    actions: answered?.actions ?? asked?.actions,
    expiresAt: answered?.expiresAt ?? answered?.parts?.expiresAt ?? answered?.share?.expiresAt ?? undefined,
  };
}
