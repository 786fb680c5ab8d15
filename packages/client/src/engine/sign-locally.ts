import {
  createCredentialCache,
  createRequestSigner,
  ROUTES,
  type CollectionAction,
  type IssuedCredentials,
  type RequestSigner,
  type SignedParts,
  type SignedRequest,
  type StoredObject,
} from "@waybill/core";
import type { callApi } from "./call-api.ts";
import type { EngineDeps } from "./engine-deps.ts";
import type { GrantKeeper } from "./grant-keeper.ts";
import type { UploadRun } from "./upload-run.ts";
import type { UploadSession } from "./upload-session.ts";

/** What signs for one collection, and what the collection says. */
interface LocalSigner {
  signer: RequestSigner;
  overwrite: boolean;
  uploadExpiresIn: number;
}

/** How long a GET may be under way before it is begun: its holder signs another one at any time. */
const GET_SECONDS = 900;

/**
 * The route `credentials`: sign parts here, with credentials that the API renews before they end.
 *
 * @param call - handed in, so that what a page loads at first stays in one piece
 */
export async function signLocally<Body>(
  { deps, source, options, begun }: UploadRun<Body>,
  session: UploadSession,
  parts: readonly { partNumber: number; checksum: string }[],
  call: typeof callApi,
): Promise<SignedParts> {
  const { key, uploadId, plan, integrity } = session;
  const { collection = "files" } = options;
  const signedBy = signersOfParts.get(session) ?? new Map<number, LocalSigner>();
  signersOfParts.set(session, signedBy);
  const present = await signerFor(deps, collection, "create", call);
  // What is signed again was refused: the credentials may have ended before their time.
  if (parts.some(({ partNumber }) => signedBy.get(partNumber) === present))
    await forget(deps, collection, "create", present);
  const local = await signerFor(deps, collection, "create", call);
  for (const { partNumber } of parts) signedBy.set(partNumber, local);
  const { signer, overwrite, uploadExpiresIn: policy } = local;
  if (uploadId !== undefined) return signer.signParts({ key, uploadId, plan, integrity, parts, policy });
  const { fileName, metadata = {} } = begun.name;
  const contentType = options.contentType ?? source.contentType ?? "application/octet-stream";
  const put = { key, fileName, contentType, metadata, sizeBytes: plan.sizeBytes, overwrite };
  return signer.signPut({ put, integrity, checksum: parts[0]?.checksum, policy });
}

/** The same for a download: each request is signed when it is sent. */
export function signDownload(
  deps: EngineDeps,
  { key, fileName }: StoredObject,
  call: typeof callApi,
): GrantKeeper {
  const collection = key.slice(0, key.indexOf("/"));
  const signedBy = new WeakMap<SignedRequest, LocalSigner>();
  return {
    async current() {
      const local = await signerFor(deps, collection, "read", call);
      const get = { key, fileName, disposition: "attachment", policy: GET_SECONDS } as const;
      const { request } = await local.signer.signGet(get);
      signedBy.set(request, local);
      return request;
    },
    maxBytes: () => ROUTES.credentials.download.maxBodyBytes,
    detour: async () => false, // the others are asked for before the first byte
    async renew(expired) {
      // The credentials have ended before their time, or a clock was set: others, by the time that it is now.
      const refused = signedBy.get(expired);
      if (refused !== undefined) await forget(deps, collection, "read", refused);
    },
  };
}

/** All transfers of a client share them, by collection and by what they are for. */
const signersOfClients = new WeakMap<EngineDeps, Map<string, Promise<LocalSigner>>>();

function signersOf(deps: EngineDeps): Map<string, Promise<LocalSigner>> {
  const signers = signersOfClients.get(deps) ?? new Map<string, Promise<LocalSigner>>();
  signersOfClients.set(deps, signers);
  return signers;
}

/** Of an upload, by part. */
const signersOfParts = new WeakMap<UploadSession, Map<number, LocalSigner>>();

/** The next one asks for credentials again, unless somebody has already. */
async function forget(
  deps: EngineDeps,
  collection: string,
  action: CollectionAction,
  refused: LocalSigner,
): Promise<void> {
  const signers = signersOf(deps);
  const name = nameOf(collection, action);
  if ((await signers.get(name)) === refused) signers.delete(name);
}

function nameOf(collection: string, action: CollectionAction): string {
  return `${action} ${collection}`;
}

async function signerFor(
  deps: EngineDeps,
  collection: string,
  action: CollectionAction,
  call: typeof callApi,
): Promise<LocalSigner> {
  const signers = signersOf(deps);
  const name = nameOf(collection, action);
  const known = signers.get(name);
  if (known !== undefined) return known;
  const signer = createSigner(deps, { collection, actions: [action] }, call);
  signers.set(name, signer);
  signer.catch(() => signers.delete(name)); // the next one asks again
  return signer;
}

async function createSigner(
  deps: EngineDeps,
  asked: { collection: string; actions: CollectionAction[] },
  call: typeof callApi,
): Promise<LocalSigner> {
  // No transfer's signal: others may be waiting for the same answer.
  const { signal } = new AbortController();
  const issue = () => call(deps, { signal }, () => deps.api.credentials.issue.mutate(asked, { signal }));
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
