import { randomBytes } from "node:crypto";
import {
  CreateMultipartUploadCommand,
  GetBucketVersioningCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Principal } from "@waybill/api";
import { createKeyId, safeFileName } from "@waybill/core";
import type { Store } from "@waybill/core/s3";
import type { Api } from "./scene.ts";

/** What somebody has stored and begun, and nobody else may reach. */
export interface Victim {
  principal: Principal;
  prefix: string;
  key: string;
  /** The last segment of the key. */
  fileName: string;
  versionId: string;
  /** Of an upload of another key, in which one part has arrived. */
  uploadId: string;
  uploadKey: string;
  /** Stands in the object, in the part and in the metadata, and nowhere else. */
  secret: string;
}

/** Names that a URL or a path could be taken apart at. */
const FILE_NAMES = ["secret.txt", "%2e%2e", "a%2Fb", "ключ ☂.bin", "a?b=c&d#e", "+", "x;y=z"];

export async function plantVictim(api: Api, principal: Principal, collection: string): Promise<Victim> {
  const { client, bucket: Bucket } = api.direct;
  const { collections } = await api.as(principal).collections.list();
  const prefix = collections.find(({ name }) => name === collection)?.prefix;
  if (prefix === undefined) throw new Error(`There is no collection ${collection}.`);
  const fileName = safeFileName(FILE_NAMES[randomBytes(1).readUInt8() % FILE_NAMES.length] ?? "secret.txt");
  const secret = randomBytes(24).toString("hex");
  const newKey = () => `${prefix}${createKeyId(new Date())}/${fileName}`;
  const [key, otherKey, uploadKey] = [newKey(), newKey(), newKey()];
  const Metadata = { secret };
  const { VersionId = "" } = await client.send(
    new PutObjectCommand({ Bucket, Key: key, Body: secret, Metadata, Tagging: `secret=${secret}` }),
  );
  // So that a list of one goes on, by a cursor.
  await client.send(new PutObjectCommand({ Bucket, Key: otherKey, Body: secret, Metadata }));
  const { UploadId = "" } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key: uploadKey, Metadata }),
  );
  await client.send(new UploadPartCommand({ Bucket, Key: uploadKey, UploadId, PartNumber: 1, Body: secret }));
  return { principal, prefix, key, fileName, versionId: VersionId, uploadId: UploadId, uploadKey, secret };
}

/** All that somebody has, as the store says it: contents, versions, metadata, tags, access lists, uploads, parts. */
export async function lookAt(store: Store, victim: Victim): Promise<unknown> {
  const { bucket: Bucket } = store;
  const client = await store.client();
  const { key: Key, prefix: Prefix, uploadKey, uploadId: UploadId } = victim;
  const object = { Bucket, Key };
  const [head, body, tags, acl, versions, uploads, parts, versioning] = await Promise.all([
    client.send(new HeadObjectCommand(object)),
    client.send(new GetObjectCommand(object)),
    client.send(new GetObjectTaggingCommand(object)),
    client.send(new GetObjectAclCommand(object)),
    client.send(new ListObjectVersionsCommand({ Bucket, Prefix })),
    client.send(new ListMultipartUploadsCommand({ Bucket, Prefix })),
    client.send(new ListPartsCommand({ Bucket, Key: uploadKey, UploadId })),
    client.send(new GetBucketVersioningCommand({ Bucket })),
  ]);
  const { ETag, ContentType, ContentLength, LastModified, Metadata, VersionId } = head;
  return {
    head: { ETag, ContentType, ContentLength, LastModified, Metadata, VersionId },
    body: await body.Body?.transformToString(),
    tags: tags.TagSet,
    grants: acl.Grants,
    versions: versions.Versions,
    deleted: versions.DeleteMarkers,
    uploads: uploads.Uploads?.map(({ Key: begun, UploadId: id }) => ({ begun, id })),
    parts: parts.Parts?.map(({ ETag: eTag, PartNumber, Size }) => ({ eTag, PartNumber, Size })),
    versioning: versioning.Status,
  };
}
