import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  AssumeRoleCommand,
  GetSessionTokenCommand,
  STSClient,
  STSServiceException,
} from "@aws-sdk/client-sts";
import { storeOwn } from "./obtain-grants.ts";
import { ofStatus, rightIf, type Outcome } from "./outcome.ts";
import { encodeKey } from "./raw-request.ts";
import type { Scene } from "./scene.ts";

/** What a thief would have an SDK do with credentials of his own. */
export interface CredentialAttack {
  name: string;
  run(scene: Scene, client: S3Client): Promise<Outcome>;
}

interface Names {
  Bucket: string;
  /** The victim's. */
  Key: string;
  VersionId: string;
  UploadId: string;
  uploadKey: string;
  prefix: string;
  /** A key that is free. */
  ownKey: string;
  ownPrefix: string;
}

type Attempt = (names: Names, client: S3Client) => Promise<unknown>;

const PART_1 = { PartNumber: 1 };
const EVERYBODY = { Version: "2012-10-17", Statement: { Effect: "Allow", Principal: "*", Action: "s3:*" } };

/** Each has to be refused. */
const REFUSED: Record<string, Attempt> = {
  GetObject: ({ Bucket, Key }, s3) => s3.send(new GetObjectCommand({ Bucket, Key })),
  "GetObject of a version": ({ Bucket, Key, VersionId }, s3) =>
    s3.send(new GetObjectCommand({ Bucket, Key, VersionId })),
  "GetObject of a range": ({ Bucket, Key }, s3) =>
    s3.send(new GetObjectCommand({ Bucket, Key, Range: "bytes=0-0" })),
  "GetObject of a part": ({ Bucket, Key }, s3) =>
    s3.send(new GetObjectCommand({ Bucket, Key, PartNumber: 1 })),
  HeadObject: ({ Bucket, Key }, s3) => s3.send(new HeadObjectCommand({ Bucket, Key })),
  GetObjectAttributes: ({ Bucket, Key }, s3) =>
    s3.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ["ETag", "ObjectSize"] })),
  GetObjectTagging: ({ Bucket, Key }, s3) => s3.send(new GetObjectTaggingCommand({ Bucket, Key })),
  GetObjectAcl: ({ Bucket, Key }, s3) => s3.send(new GetObjectAclCommand({ Bucket, Key })),
  PutObject: ({ Bucket, Key }, s3) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" })),
  "PutObject where nothing is": ({ Bucket, Key }, s3) =>
    s3.send(new PutObjectCommand({ Bucket, Key: `${Key}x`, Body: "x", IfNoneMatch: "*" })),
  "PutObject at the prefix": ({ Bucket, prefix }, s3) =>
    s3.send(new PutObjectCommand({ Bucket, Key: prefix, Body: "x", IfNoneMatch: "*" })),
  "PutObject at the prefix's name": ({ Bucket, prefix }, s3) =>
    s3.send(new PutObjectCommand({ Bucket, Key: prefix.slice(0, -1), Body: "x", IfNoneMatch: "*" })),
  "CopyObject from there, in one segment": ({ Bucket, Key, ownKey }, s3) =>
    s3.send(
      new CopyObjectCommand({ Bucket, Key: ownKey, CopySource: encodeURIComponent(`${Bucket}/${Key}`) }),
    ),
  "CopyObject from there": ({ Bucket, Key, ownKey }, s3) =>
    s3.send(new CopyObjectCommand({ Bucket, Key: ownKey, CopySource: `${Bucket}/${encodeKey(Key)}` })),
  "CopyObject of a version from there": ({ Bucket, Key, VersionId, ownKey }, s3) =>
    s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: ownKey,
        CopySource: `${Bucket}/${encodeKey(Key)}?versionId=${VersionId}`,
      }),
    ),
  "CopyObject to there": ({ Bucket, Key, ownKey }, s3) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${encodeKey(ownKey)}` })),
  "CopyObject onto itself": ({ Bucket, Key }, s3) =>
    s3.send(
      new CopyObjectCommand({
        Bucket,
        Key,
        CopySource: `${Bucket}/${encodeKey(Key)}`,
        MetadataDirective: "REPLACE",
      }),
    ),
  "UploadPartCopy from there into an upload of one's own": async ({ Bucket, Key, ownKey }, s3) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: ownKey }));
    const CopySource = `${Bucket}/${encodeKey(Key)}`;
    return s3.send(new UploadPartCopyCommand({ Bucket, Key: ownKey, UploadId, ...PART_1, CopySource }));
  },
  DeleteObject: ({ Bucket, Key }, s3) => s3.send(new DeleteObjectCommand({ Bucket, Key })),
  "DeleteObject of a version": ({ Bucket, Key, VersionId }, s3) =>
    s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })),
  PutObjectTagging: ({ Bucket, Key }, s3) =>
    s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } })),
  DeleteObjectTagging: ({ Bucket, Key }, s3) => s3.send(new DeleteObjectTaggingCommand({ Bucket, Key })),
  PutObjectAcl: ({ Bucket, Key }, s3) =>
    s3.send(new PutObjectAclCommand({ Bucket, Key, ACL: "public-read" })),
  "PutObjectAcl of a harmless list": ({ Bucket, Key }, s3) =>
    s3.send(new PutObjectAclCommand({ Bucket, Key, ACL: "private" })),
  CreateMultipartUpload: ({ Bucket, Key }, s3) => s3.send(new CreateMultipartUploadCommand({ Bucket, Key })),
  UploadPart: ({ Bucket, uploadKey: Key, UploadId }, s3) =>
    s3.send(new UploadPartCommand({ Bucket, Key, UploadId, ...PART_1, Body: "x" })),
  "UploadPart under a key of one's own": ({ Bucket, ownKey: Key, UploadId }, s3) =>
    s3.send(new UploadPartCommand({ Bucket, Key, UploadId, ...PART_1, Body: "x" })),
  ListParts: ({ Bucket, uploadKey: Key, UploadId }, s3) =>
    s3.send(new ListPartsCommand({ Bucket, Key, UploadId })),
  "ListParts under a key of one's own": ({ Bucket, ownKey: Key, UploadId }, s3) =>
    s3.send(new ListPartsCommand({ Bucket, Key, UploadId })),
  AbortMultipartUpload: ({ Bucket, uploadKey: Key, UploadId }, s3) =>
    s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  "AbortMultipartUpload under a key of one's own": ({ Bucket, ownKey: Key, UploadId }, s3) =>
    s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })),
  CompleteMultipartUpload: ({ Bucket, uploadKey: Key, UploadId }, s3) =>
    s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ ...PART_1, ETag: '"x"' }] },
      }),
    ),
  ListObjectsV2: ({ Bucket, prefix: Prefix }, s3) => s3.send(new ListObjectsV2Command({ Bucket, Prefix })),
  "ListObjectsV2 of the key": ({ Bucket, Key: Prefix }, s3) =>
    s3.send(new ListObjectsV2Command({ Bucket, Prefix })),
  "ListObjectsV2 of all": ({ Bucket }, s3) => s3.send(new ListObjectsV2Command({ Bucket })),
  "ListObjectsV2 of the collection": ({ Bucket, prefix }, s3) =>
    s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix.split("/")[0] })),
  "ListObjectsV2 of shares": ({ Bucket }, s3) =>
    s3.send(new ListObjectsV2Command({ Bucket, Prefix: ".waybill/" })),
  "PutObject among shares": ({ Bucket }, s3) =>
    s3.send(new PutObjectCommand({ Bucket, Key: ".waybill/shares/x.json", Body: "{}", IfNoneMatch: "*" })),
  "ListObjectsV2 of one's own prefix without its slash": ({ Bucket, ownPrefix }, s3) =>
    s3.send(new ListObjectsV2Command({ Bucket, Prefix: ownPrefix.slice(0, -1) })),
  "ListObjectsV2 of owners": ({ Bucket, prefix }, s3) =>
    s3.send(new ListObjectsV2Command({ Bucket, Prefix: `${prefix.split("/")[0]}/`, Delimiter: "/" })),
  ListObjects: ({ Bucket, prefix: Prefix }, s3) => s3.send(new ListObjectsCommand({ Bucket, Prefix })),
  "ListObjects of all, behind a marker": ({ Bucket, Key: Marker }, s3) =>
    s3.send(new ListObjectsCommand({ Bucket, Marker })),
  ListObjectVersions: ({ Bucket, prefix: Prefix }, s3) =>
    s3.send(new ListObjectVersionsCommand({ Bucket, Prefix })),
  "ListObjectVersions of one's own prefix, from the victim's on": ({ Bucket, ownPrefix, Key }, s3) =>
    s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: ownPrefix, KeyMarker: Key })),
  ListMultipartUploads: ({ Bucket, prefix: Prefix }, s3) =>
    s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix })),
  HeadBucket: ({ Bucket }, s3) => s3.send(new HeadBucketCommand({ Bucket })),
  GetBucketPolicy: ({ Bucket }, s3) => s3.send(new GetBucketPolicyCommand({ Bucket })),
  PutBucketPolicy: ({ Bucket }, s3) => {
    const Policy = JSON.stringify(EVERYBODY).replace("}}", `,"Resource":"arn:aws:s3:::${Bucket}/*"}}`);
    return s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  },
  PutBucketCors: ({ Bucket }, s3) =>
    s3.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] },
      }),
    ),
  PutBucketVersioning: ({ Bucket }, s3) =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } })),
  DeleteBucket: ({ Bucket }, s3) => s3.send(new DeleteBucketCommand({ Bucket })),
};

/** Answered, but with nothing of the victim's. */
const ANSWERED: CredentialAttack[] = [
  {
    name: "DeleteObjects",
    async run({ victim, api }, s3) {
      const Objects = [{ Key: victim.key }, { Key: victim.key, VersionId: victim.versionId }];
      const answer = await s3.send(
        new DeleteObjectsCommand({ Bucket: api.direct.bucket, Delete: { Objects } }),
      );
      return rightIf((answer.Deleted ?? []).length === 0 && answer.Errors?.length === 2, answer);
    },
  },
  {
    name: "keys that lead out of the own prefix",
    async run({ victim, api, ownPrefix }, s3) {
      const Key = `${ownPrefix}${"../".repeat(ownPrefix.split("/").length - 1)}${victim.key}`;
      const own = { Bucket: api.direct.bucket, Key };
      // It is a key like any other, and lies in the own prefix.
      await s3
        .send(new PutObjectCommand({ ...own, Body: "x", IfNoneMatch: "*" }))
        .catch(rethrowUnlessRefused);
      const read = await s3.send(new GetObjectCommand(own)).catch(rethrowUnlessRefused);
      await s3.send(new DeleteObjectCommand(own)).catch(rethrowUnlessRefused);
      return rightIf(true, await read?.Body?.transformToString());
    },
  },
  {
    name: "ListObjectsV2 of the own prefix, from the victim's key on",
    async run({ victim, api, ownPrefix }, s3) {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: api.direct.bucket, Prefix: ownPrefix, StartAfter: victim.prefix }),
      );
      return rightIf(
        Contents.every(({ Key }) => Key?.startsWith(ownPrefix)),
        Contents,
      );
    },
  },
  { name: "ListBuckets", run: (_, s3) => ofAttempt(s3.send(new ListBucketsCommand({}))) },
  {
    name: "AssumeRole for more",
    run: (scene) =>
      withSts(scene, (sts, RoleArn) => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "more" }))),
  },
  {
    name: "GetSessionToken for longer",
    run: (scene) => withSts(scene, (sts) => sts.send(new GetSessionTokenCommand({}))),
  },
  {
    name: "the session token of somebody else",
    async run({ api, victim, collection }, s3) {
      const stolen = await api.as(victim.principal).credentials.issue({ collection });
      const { S3Client: Client } = await import("@aws-sdk/client-s3");
      const { accessKeyId, secretAccessKey } = await s3.config.credentials();
      const credentials = { accessKeyId, secretAccessKey, sessionToken: stolen.sessionToken };
      const { region, endpoint } = stolen;
      const mixed = new Client({
        region,
        forcePathStyle: true,
        maxAttempts: 1,
        credentials,
        ...(endpoint === null ? {} : { endpoint }),
      });
      const get = new GetObjectCommand({ Bucket: api.direct.bucket, Key: victim.key });
      return ofAttempt(mixed.send(get)).finally(() => mixed.destroy());
    },
  },
];

export const CREDENTIAL_ATTACKS: readonly CredentialAttack[] = [
  ...Object.entries(REFUSED).map(([name, attempt]): CredentialAttack => ({
    name,
    async run(scene, client) {
      const { victim, api, ownPrefix } = scene;
      const { key: Key, versionId: VersionId, uploadId: UploadId, uploadKey, prefix } = victim;
      const ownKey = name.includes("to there") ? await storeOwn(scene) : freeKey(scene);
      const names = {
        Bucket: api.direct.bucket,
        Key,
        VersionId,
        UploadId,
        uploadKey,
        prefix,
        ownKey,
        ownPrefix,
      };
      return ofAttempt(attempt(names, client));
    },
  })),
  ...ANSWERED,
];

let count = 0;

function freeKey({ ownPrefix }: Scene): string {
  return `${ownPrefix}free-${++count}`;
}

async function ofAttempt(attempt: Promise<unknown>): Promise<Outcome> {
  try {
    return { refused: false, learnt: JSON.stringify(await readAll(await attempt)) };
  } catch (error) {
    return ofStatus(statusOf(error), String(error));
  }
}

/** The body of an object is learnt, too. */
async function readAll(answer: unknown): Promise<unknown> {
  if (typeof answer !== "object" || answer === null || !("Body" in answer)) return answer;
  const { Body, ...rest } = answer;
  const hasText = typeof Body === "object" && Body !== null && "transformToString" in Body;
  const read =
    hasText && typeof Body.transformToString === "function" ? Body.transformToString.bind(Body) : () => "";
  return { ...rest, body: await read() };
}

function statusOf(error: unknown): number {
  if (error instanceof S3ServiceException || error instanceof STSServiceException)
    return error.$metadata.httpStatusCode ?? 0;
  throw error;
}

function rethrowUnlessRefused(error: unknown): undefined {
  if (!ofStatus(statusOf(error), "").refused) throw error;
  return undefined;
}

async function withSts(
  scene: Scene,
  ask: (sts: STSClient, roleArn: string) => Promise<unknown>,
): Promise<Outcome> {
  const { issued } = await scene.session();
  const { accessKeyId, secretAccessKey, sessionToken, region } = issued;
  const sts = new STSClient({
    region,
    endpoint: scene.api.sts.endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  });
  return ofAttempt(ask(sts, scene.api.sts.roleArn)).finally(() => sts.destroy());
}
