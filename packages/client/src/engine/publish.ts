import { WaybillError, type Checksum, type Json, type StoredObject, type UploadedPart } from "@waybill/core";
import { callApi } from "./call-api.ts";
import { callWithToken } from "./call-with-token.ts";
import { partBytes } from "./part-supply.ts";
import type { UploadRun } from "./upload-run.ts";
import { checksumsOfAll, type UploadSession } from "./upload-session.ts";

/** An object that is proven to be in the store, byte for byte. */
export interface PublishedObject extends Omit<StoredObject, "lastModified"> {
  checksum: Checksum;
  /** What `afterUpload` of the collection answered. */
  after: Json | undefined;
}

/**
 * Have the upload published. What is sent in a single PUT is published by that: where nothing has to follow, and the
 * store's answer holds the checksum, nothing is asked.
 *
 * @returns only what is proven: what the store itself says of the whole object equals what the source gives
 * @throws {WaybillError} `UPLOAD_INCOMPLETE` or `CHECKSUM_MISMATCH` when what the store has is not what was sent
 */
export async function publish<Body>(run: UploadRun<Body>, session: UploadSession): Promise<PublishedObject> {
  const { deps, signal } = run;
  const { partChecksums, checksum } = await checksumsOfAll(run, session);
  const complete = () =>
    callWithToken(run, session, (token) =>
      deps.api.uploads.complete.mutate({ token, partChecksums, checksum }, { signal }),
    ).catch((error: unknown) => {
      if (session.object === undefined) throw error;
      return session.object; // published, as the renewal of a token found out
    });
  const object: Omit<StoredObject, "lastModified"> & { after?: Json | undefined } =
    session.object ?? answeredObject(run, session, checksum) ?? (await complete());
  // The server has compared already; we believe what we can see for ourselves.
  if (object.checksum?.value !== checksum.value || object.sizeBytes !== session.plan.sizeBytes)
    throw new WaybillError("CHECKSUM_MISMATCH");
  return { ...object, checksum, after: object.after };
}

function answeredObject<Body>(
  { source, options, begun }: UploadRun<Body>,
  { key, plan, stored }: UploadSession,
  checksum: Checksum,
): Omit<StoredObject, "lastModified"> | undefined {
  if (stored?.checksum !== checksum.value) return undefined;
  const { contentType = source.contentType ?? "application/octet-stream", metadata = {} } = options;
  const { fileName } = begun.name;
  const { sizeBytes } = plan;
  return { key, fileName, contentType, metadata, sizeBytes, eTag: stored.eTag, checksum };
}

/**
 * Look at the store again after a failure that it may know more about: somebody else who went on with the
 * same upload has published it; or what was acknowledged is not what it lists, and is forgotten here, so
 * that it is sent again.
 *
 * @returns whether trying again can help
 */
export async function lookAgain<Body>(
  run: UploadRun<Body>,
  session: UploadSession,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof WaybillError && MENDABLE.has(error.code))) return false;
  const { key, uploadId, plan, acknowledged } = session;
  if (uploadId === undefined) return error.code === "UPLOAD_INCOMPLETE" && acknowledged.delete(1);
  const { deps, signal, patience } = run;
  const { sizeBytes, partSizeBytes } = plan;
  const resumed = await callApi(deps, { signal, patience }, () =>
    deps.api.uploads.resume.mutate({ key, uploadId, sizeBytes, partSizeBytes }, { signal }),
  );
  if (resumed.state === "completed") session.object = resumed.object;
  return resumed.state === "open" ? forgetWrongParts(session, resumed.parts) : resumed.state === "completed";
}

const MENDABLE: ReadonlySet<string> = new Set(["UPLOAD_INCOMPLETE", "CHECKSUM_MISMATCH", "UPLOAD_NOT_FOUND"]);

/** @returns whether there are any */
function forgetWrongParts(session: UploadSession, parts: readonly UploadedPart[]): boolean {
  const { acknowledged, checksums } = session;
  const listed = new Map(parts.map((part) => [part.partNumber, part]));
  const wrong = [...acknowledged].filter((partNumber) => {
    const part = listed.get(partNumber);
    return part?.checksum !== checksums[partNumber - 1] || part?.sizeBytes !== partBytes(session, partNumber);
  });
  for (const partNumber of wrong) acknowledged.delete(partNumber);
  session.signed.clear(); // of what is sent again, each request is signed anew
  return wrong.length > 0;
}
