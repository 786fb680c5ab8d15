import {
  checksumOfBytes,
  fileNameOfKey,
  MiB,
  partRequest,
  unpackSignature,
  WaybillError,
} from "@waybill/core";
import { ofAnswer, ofCall, ofStatus, type Outcome } from "./outcome.ts";
import { encodeKey, sendRaw } from "./raw-request.ts";
import type { Scene } from "./scene.ts";

/** What somebody who is logged in would ask the API for, to reach what is not his. What it grants is used. */
export interface ApiAttack {
  name: string;
  run(scene: Scene): Promise<Outcome>;
}

const BYTES = new TextEncoder().encode("x");
const CHECKSUM = checksumOfBytes("CRC64NVME", BYTES);

/** Keys that somebody could take for the victim's. */
const SPELLINGS: Record<string, (scene: Scene) => string> = {
  "the victim's key": ({ victim }) => victim.key,
  "the victim's key, encoded": ({ victim }) => encodeKey(victim.key),
  "the victim's key, encoded as one segment": ({ victim }) => encodeURIComponent(victim.key),
  "the victim's key behind a slash": ({ victim }) => `/${victim.key}`,
  "the victim's key with a double slash": ({ victim }) => victim.key.replace("/", "//"),
  "the victim's key with a slash": ({ victim }) => `${victim.key}/`,
  "the victim's key with a NUL": ({ victim }) => `${victim.key}\u0000`,
  "the victim's key in capitals": ({ victim }) => victim.key.replace(/^[^/]*/, (name) => name.toUpperCase()),
  "the victim's key in another normal form": ({ victim }) => `${victim.key.normalize("NFD")}\u0301`,
  "the victim's owner, escaped otherwise": ({ victim }) =>
    victim.key.replace(/^([^/]*\/)([^/]+)/, (_, name: string, owner: string) => `${name}${escaped(owner)}`),
  "the own key, and out of it by ..": ({ victim, ownPrefix }) => `${ownPrefix}../../${victim.key}`,
  "the own key, and out of it by %2e%2e": ({ victim, ownPrefix }) =>
    `${ownPrefix}%2e%2e/%2e%2e/${victim.key}`,
  "the own key, and out of it by backslashes": ({ victim, ownPrefix }) => `${ownPrefix}..\\..\\${victim.key}`,
  "the bucket before the victim's key": ({ victim, api }) => `${api.direct.bucket}/${victim.key}`,
};

/** What can be asked about a key; all of it is to be refused. */
const QUESTIONS: Record<string, (key: string, scene: Scene) => Promise<Outcome>> = {
  "objects.head": (key, { caller }) => ofCall(caller.objects.head({ key })),
  "downloads.create": (key, { caller }) => download(caller.downloads.create({ key })),
  "downloads.create by credentials": (key, { caller }) =>
    download(caller.downloads.create({ key, route: "credentials" })),
  "objects.remove": (key, { caller }) => ofCall(caller.objects.remove({ keys: [key] })),
  "shares.create": (key, { caller }) => ofCall(caller.shares.create({ key })),
  "uploads.resume": (key, { caller, victim }) =>
    ofCall(
      caller.uploads
        .resume({ key, uploadId: victim.uploadId, sizeBytes: 6 * MiB, partSizeBytes: 5 * MiB })
        // Of a key that lies in the own prefix, where nothing is.
        .then((answer) => (answer.state === "gone" ? refuse() : answer)),
    ),
  "uploads.abort": (key, { caller, victim }) =>
    ofCall(caller.uploads.abort({ key, uploadId: victim.uploadId })),
};

/** What is answered has to be about one's own things. */
const OTHERS: Record<string, (scene: Scene) => Promise<Outcome>> = {
  "uploads.resume of the victim's upload under a key of one's own": async ({ caller, victim, ownPrefix }) => {
    const began = { uploadId: victim.uploadId, sizeBytes: 6 * MiB, partSizeBytes: 5 * MiB };
    const answer = caller.uploads.resume({ key: `${ownPrefix}mine`, ...began });
    return ofAnswer(answer, ({ state }) => state === "gone");
  },
  "uploads.resume of the victim's upload": ({ caller, victim }) =>
    ofCall(
      caller.uploads.resume({
        key: victim.uploadKey,
        uploadId: victim.uploadId,
        sizeBytes: 6 * MiB,
        partSizeBytes: 5 * MiB,
      }),
    ),
  "uploads.abort of the victim's upload": ({ caller, victim }) =>
    ofCall(caller.uploads.abort({ key: victim.uploadKey, uploadId: victim.uploadId })),
  "uploads.abort of the victim's upload under a key of one's own": ({ caller, victim, ownPrefix }) =>
    ofCall(caller.uploads.abort({ key: `${ownPrefix}mine`, uploadId: victim.uploadId })),
  "objects.remove of one's own and the victim's": async (scene) => {
    const { caller, victim, collection } = scene;
    const key = await upload(scene, { collection, fileName: "stays" });
    const answer = await ofCall(caller.objects.remove({ keys: [key, victim.key] }));
    await caller.objects.head({ key }); // not even this one is gone
    return answer;
  },
  "uploads.find by the victim's names": ({ caller, victim, collection, ownPrefix }) =>
    ofAnswer(
      caller.uploads.find({ collection, fileName: victim.fileName, id: idOf(victim.key) }),
      ({ key, uploadIds }) => key.startsWith(ownPrefix) && !uploadIds.includes(victim.uploadId),
    ),
  "uploads.list of everyone": ({ caller }) => ofCall(caller.uploads.list({ owner: "everyone" })),
  "uploads.list": (scene) => ofAnswer(scene.caller.uploads.list({}), ({ uploads }) => areOwn(scene, uploads)),
  "uploads.list from a cursor of the victim's": async (scene) => {
    const { cursor } = await scene.api.as(scene.victim.principal).uploads.list({ limit: 1 });
    return ofAnswer(scene.caller.uploads.list({ cursor }), ({ uploads }) => areOwn(scene, uploads));
  },
  "objects.list from a cursor of the victim's": async (scene) => {
    const { api, caller, victim, ownPrefix } = scene;
    const { cursor } = await api.as(victim.principal).objects.list({ prefix: victim.prefix, limit: 1 });
    return ofAnswer(caller.objects.list({ prefix: ownPrefix, cursor }), ({ objects }) =>
      areOwn(scene, objects),
    );
  },
  "a token of the victim's": async ({ api, caller, victim, collection }) => {
    const checksum = { algorithm: "CRC64NVME" as const, value: CHECKSUM };
    const about = { collection, fileName: "token", sizeBytes: 1 };
    const { token } = await api.as(victim.principal).uploads.create(about);
    const outcomes = [
      await ofCall(caller.uploads.sign({ token, parts: [{ partNumber: 1, checksum: CHECKSUM }] })),
      await ofCall(caller.uploads.complete({ token, partChecksums: [CHECKSUM], checksum })),
      await ofCall(caller.uploads.reroute({ token, avoid: [] })),
      await ofCall(caller.uploads.abort({ token })),
    ];
    return outcomes.find(({ refused }) => !refused) ?? ofStatus(403, JSON.stringify(outcomes));
  },
  "shares.list": (scene) => ofAnswer(scene.caller.shares.list({}), ({ shares }) => areOwn(scene, shares)),
  "shares.revoke of the victim's": async ({ api, caller, victim }) => {
    const { share } = await api.as(victim.principal).shares.create({ key: victim.key });
    const outcome = await ofCall(caller.shares.revoke({ id: share.id }));
    await api.as(victim.principal).shares.revoke({ id: share.id }); // it was there still
    return outcome;
  },
  "shares.sweep": ({ caller }) => ofCall(caller.shares.sweep({})),
  "credentials.issue": ({ caller, collection, ownPrefix }) =>
    ofAnswer(caller.credentials.issue({ collection }), ({ prefix }) => prefix === ownPrefix),
};

/** Prefixes to list. */
const PREFIXES: Record<string, (scene: Scene) => string> = {
  "the victim's prefix": ({ victim }) => victim.prefix,
  "the victim's key": ({ victim }) => victim.key,
  "the victim's prefix without its slash": ({ victim }) => victim.prefix.slice(0, -1),
  "all of it": () => "",
  "the collection": ({ collection }) => `${collection}/`,
  "the beginning of the collection": ({ collection }) => collection.slice(0, 2),
  "the own prefix without its slash": ({ ownPrefix }) => ownPrefix.slice(0, -1),
  "the victim's prefix behind a slash": ({ victim }) => `/${victim.prefix}`,
  "the own prefix, and out of it": ({ victim, ownPrefix }) => `${ownPrefix}../../${victim.prefix}`,
  "the victim's prefix, encoded": ({ victim }) => encodeURIComponent(victim.prefix),
};

/** Names that an upload could leave its place by. */
const NAMES: Record<
  string,
  (scene: Scene) => { fileName: string; id?: string; folder?: { id: string; path: string } }
> = {
  "the victim's names": ({ victim }) => ({ fileName: victim.fileName, id: idOf(victim.key) }),
  "..": ({ victim }) => ({ fileName: `../../${victim.key}`.slice(-255) }),
  "the victim's key": ({ victim }) => ({ fileName: victim.key.slice(-255) }),
  "an encoded ..": ({ victim }) => ({ fileName: `..%2f..%2f${victim.fileName}` }),
  backslashes: ({ victim }) => ({ fileName: `..\\..\\${victim.fileName}` }),
  "a NUL": ({ victim }) => ({ fileName: `${victim.fileName}\u0000` }),
  "a folder with ..": ({ victim }) => ({
    fileName: "x",
    folder: { id: idOf(victim.key), path: `../../${victim.fileName}` },
  }),
  "the victim's folder": ({ victim }) => ({
    fileName: fileNameOfKey(victim.key),
    folder: { id: idOf(victim.key), path: victim.fileName },
  }),
};

export const API_ATTACKS: readonly ApiAttack[] = [
  ...Object.entries(SPELLINGS).flatMap(([spelling, spell]) =>
    Object.entries(QUESTIONS).map(([question, ask]): ApiAttack => ({
      name: `${question} of ${spelling}`,
      run: (scene) => ask(spell(scene), scene),
    })),
  ),
  ...Object.entries(OTHERS).map(([name, run]): ApiAttack => ({ name, run })),
  ...Object.entries(PREFIXES).map(([name, prefixOf]): ApiAttack => ({
    name: `objects.list of ${name}`,
    run: (scene) =>
      ofAnswer(scene.caller.objects.list({ prefix: prefixOf(scene) }), ({ objects }) =>
        areOwn(scene, objects),
      ),
  })),
  ...Object.entries(NAMES).map(([name, named]): ApiAttack => ({
    name: `an upload by the name of ${name}`,
    run: (scene) =>
      ofAnswer(upload(scene, { collection: scene.collection, ...named(scene) }), (key) =>
        key.startsWith(scene.ownPrefix),
      ),
  })),
];

/** Ask for it, and send it. @returns where it is */
async function upload(
  { caller }: Scene,
  about: { collection: string; fileName: string; id?: string; folder?: { id: string; path: string } },
): Promise<string> {
  const { key, parts } = await caller.uploads.create({ ...about, sizeBytes: 1, partChecksums: [CHECKSUM] });
  const signature = unpackSignature(parts.signatures, 0, parts.signatureForm) ?? "";
  const sent = partRequest(parts.template, { partNumber: 1, signature, checksum: CHECKSUM, sizeBytes: 1 });
  const { origin } = new URL(sent.url);
  await sendRaw({ ...sent, origin, path: sent.url.slice(origin.length), body: BYTES });
  return key;
}

/** Whoever is granted a download takes it. */
async function download(asked: Promise<{ route: string; request?: { url: string } }>): Promise<Outcome> {
  try {
    const grant = await asked;
    const body = grant.request === undefined ? "" : await (await fetch(grant.request.url)).text();
    return { refused: false, learnt: `${JSON.stringify(grant)} ${body}` };
  } catch (error) {
    return ofCall(Promise.reject(error));
  }
}

function refuse(): never {
  throw new WaybillError("UPLOAD_NOT_FOUND");
}

/** In whichever collection. */
function areOwn({ ownPrefix }: Scene, found: readonly { key: string }[]): boolean {
  const owner = ownPrefix.split("/")[1];
  return found.every(({ key }) => key.split("/")[1] === owner);
}

/** The id in a key of the form prefix/id/name. */
function idOf(key: string): string {
  return key.split("/")[2] ?? "";
}

function escaped(owner: string): string {
  const [first = ""] = owner;
  return `~${first.charCodeAt(0).toString(16)}${owner.slice(1)}`;
}
