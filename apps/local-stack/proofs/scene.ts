import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Principal } from "@waybill/api";
import { openApi, openStandIn, type AppCaller, type OpenApiOptions } from "@waybill/api/testing";
import type { CollectionAction, IssuedCredentials } from "@waybill/core";
import { openDoors, type OpenDoors } from "./open-doors.ts";
import { lookAt, plantVictim, type Victim } from "./victim.ts";

export type Api = Awaited<ReturnType<typeof openApi>>;

/** An API on a store that keeps every version, so that nothing that was overwritten goes unseen. */
export async function openVersioned(options: OpenApiOptions = {}): Promise<Api> {
  const api = await openApi(options);
  const { client, bucket: Bucket } = api.direct;
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  return api;
}

/** The same on a stand-in, with the ways that are not straight to the store. */
export async function openWithDoors(): Promise<[Api, OpenDoors]> {
  const store = await openStandIn();
  const api = await openVersioned({ store });
  const doors = await openDoors(store);
  Object.assign(api.deps, doors.deps);
  return [api, doors];
}

/** One principal who tries to reach what another one has, in one collection. */
export interface Scene extends Disposable {
  api: Api;
  attacker: Principal;
  caller: AppCaller;
  collection: string;
  /** Where the attacker's own objects are. */
  ownPrefix: string;
  victim: Victim;
  /** Credentials for this, and an SDK's client with them. */
  session(actions?: CollectionAction[]): Promise<{ issued: IssuedCredentials; client: S3Client }>;
  /** What has changed of the victim's, or been copied from there: nothing, when all is well. */
  findDamage(): Promise<string[]>;
}

export async function openScene(
  api: Api,
  {
    attacker,
    victim: victimPrincipal,
    collection,
  }: { attacker: Principal; victim: Principal; collection: string },
): Promise<Scene> {
  const caller = api.as(attacker);
  const victim = await plantVictim(api, victimPrincipal, collection);
  const before = JSON.stringify(await lookAt(api.direct.store, victim));
  const { collections } = await caller.collections.list();
  const ownPrefix = collections.find(({ name }) => name === collection)?.prefix ?? "";
  const sessions = new Map<string, ReturnType<Scene["session"]>>();

  async function open(actions: CollectionAction[] | undefined) {
    const issued = await caller.credentials.issue({ collection, actions });
    const { accessKeyId, secretAccessKey, sessionToken, endpoint, region } = issued;
    const client = new S3Client({
      region,
      ...(endpoint === null ? {} : { endpoint }),
      forcePathStyle: true,
      maxAttempts: 1, // a refusal must not be hidden by a second try
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    return { issued, client };
  }

  return {
    api,
    attacker,
    caller,
    collection,
    ownPrefix,
    victim,
    session(actions) {
      const name = String(actions);
      const session = sessions.get(name) ?? open(actions);
      sessions.set(name, session);
      return session;
    },
    async findDamage() {
      // Of what is gone the store says that it is not there.
      const after = await lookAt(api.direct.store, victim).then(JSON.stringify, String);
      const changed = after === before ? [] : [`was: ${before}\nis: ${after}`];
      return [...changed, ...(await findCopies(api, ownPrefix, victim.secret))];
    },
    [Symbol.dispose]() {
      for (const session of sessions.values())
        session.then(
          ({ client }) => client.destroy(),
          () => {},
        );
    },
  };
}

async function findCopies({ direct }: Api, prefix: string, secret: string): Promise<string[]> {
  const { client, bucket: Bucket } = direct;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
  // As much as the secret and no more: what an attacker stores of his own is smaller.
  const suspects = Contents.filter(({ Size = 0 }) => Size >= secret.length);
  const copies = await Promise.all(
    suspects.map(async ({ Key }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return (await Body?.transformToString())?.includes(secret) ? [`copied to ${Key}`] : [];
    }),
  );
  return copies.flat();
}
