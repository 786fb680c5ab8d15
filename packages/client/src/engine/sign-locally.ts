import {
  createCredentialCache,
  createRequestSigner,
  type IssuedCredentials,
  type RequestSigner,
  type SignedParts,
} from "@waybill/core";
import type { callApi } from "./call-api.ts";
import type { UploadRun } from "./upload-run.ts";
import type { UploadSession } from "./upload-session.ts";

/** What signs for one collection, and what the collection says. */
interface LocalSigner {
  signer: RequestSigner;
  overwrite: boolean;
  uploadExpiresIn: number;
}

/**
 * The route `credentials`: sign parts here, with credentials that the API renews before they end.
 *
 * @param call - handed in, so that what a page loads at first stays in one piece
 */
export async function signLocally<Body>(
  { deps, source, options, begun }: UploadRun<Body>,
  { key, uploadId, plan, integrity }: UploadSession,
  parts: readonly { partNumber: number; checksum: string }[],
  call: typeof callApi,
): Promise<SignedParts> {
  const { signer, overwrite, uploadExpiresIn: policy } = await signerOf(deps, options.collection, call);
  if (uploadId !== undefined) return signer.signParts({ key, uploadId, plan, integrity, parts, policy });
  const { fileName, metadata = {} } = begun.name;
  const contentType = options.contentType ?? source.contentType ?? "application/octet-stream";
  const put = { key, fileName, contentType, metadata, sizeBytes: plan.sizeBytes, overwrite };
  return signer.signPut({ put, integrity, checksum: parts[0]?.checksum, policy });
}

type Deps = UploadRun<unknown>["deps"];

/** All transfers of a client share them, by collection. */
const signersOf = new WeakMap<Deps, Map<string, Promise<LocalSigner>>>();

async function signerOf(deps: Deps, collection = "files", call: typeof callApi): Promise<LocalSigner> {
  const signers = signersOf.get(deps) ?? new Map<string, Promise<LocalSigner>>();
  signersOf.set(deps, signers);
  const known = signers.get(collection);
  if (known !== undefined) return known;
  const signer = createSigner(deps, collection, call);
  signers.set(collection, signer);
  signer.catch(() => signers.delete(collection)); // the next one asks again
  return signer;
}

async function createSigner(deps: Deps, collection: string, call: typeof callApi): Promise<LocalSigner> {
  // No transfer's signal: others may be waiting for the same answer.
  const { signal } = new AbortController();
  const issue = () =>
    call(deps, { signal }, () =>
      deps.api.credentials.issue.mutate({ collection, actions: ["create"] }, { signal }),
    );
  const first = await issue();
  let unused: IssuedCredentials | undefined = first;
  const aheadMs = Date.parse(first.now) - Date.now(); // by the server's clock, which the store agrees with
  const now = () => new Date(Date.now() + aheadMs);
  const credentials = createCredentialCache({
    now,
    async load() {
      const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = unused ?? (await issue());
      unused = undefined;
      return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiresAt) };
    },
  });
  const { address, region, overwrite, uploadExpiresIn } = first;
  return { signer: createRequestSigner({ address, region, credentials, now }), overwrite, uploadExpiresIn };
}
