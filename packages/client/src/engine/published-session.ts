import { plannedRoute, type StoredObject, type UploadPlan } from "@waybill/core";
import type { UploadRun } from "./upload-run.ts";
import { checksumsOfAll, openedSession, type UploadSession } from "./upload-session.ts";

/**
 * A session of an upload that was published already, though nobody was told. Only the bytes say whether it is
 * the same.
 *
 * @param options.plan - of the upload
 * @returns undefined when it is something else, or nothing proves what it is
 */
export async function publishedSession<Body>(
  run: UploadRun<Body>,
  options: { key: string; uploadId?: string; plan: UploadPlan; object: StoredObject },
): Promise<UploadSession | undefined> {
  const { object, plan } = options;
  const { checksum, sizeBytes } = object;
  if (checksum === null || sizeBytes !== plan.sizeBytes) return undefined;
  // An MD5 is that of the parts it was made of, and an earlier run may have cut other ones.
  const cut = checksum.algorithm === "MD5" ? checksum.partSizeBytes : undefined;
  const partSizeBytes = cut ?? plan.partSizeBytes;
  const partCount = Math.ceil(sizeBytes / partSizeBytes) || 1;
  const session = openedSession(options, {
    token: "",
    route: plannedRoute(run.options.route ?? "auto"),
    plan: { ...plan, partSizeBytes, partCount },
    integrity: checksum.algorithm,
    parts: [],
  });
  session.object = object;
  return (await checksumsOfAll(run, session)).checksum.value === checksum.value ? session : undefined;
}
