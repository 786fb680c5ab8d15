import type { ObjectStore } from "../object-store/object-store.ts";
import { S3Error } from "../s3-error.ts";
import { parseXml } from "../xml/parse-xml.ts";
import { xmlDocument, xmlText } from "../xml/write-xml.ts";

/** In Amazon's names. */
export type PublicAccessBlock = Readonly<Record<(typeof SETTINGS)[number], boolean>>;

const SETTINGS = [
  "BlockPublicAcls", // which buckets here refuse anyway
  "IgnorePublicAcls", // of which there are none
  "BlockPublicPolicy",
  "RestrictPublicBuckets",
] as const;

const ROOT = "PublicAccessBlockConfiguration";

/**
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html
 *
 * @throws {S3Error} `MalformedXML`
 */
export function parsePublicAccessBlock(body: Buffer): PublicAccessBlock {
  const block = { ...OPEN };
  for (const { name, text } of parseXml(body, ROOT).children) {
    const setting = SETTINGS.find((candidate) => candidate === name);
    const value = /^\s*(true|false)\s*$/i.exec(text)?.[1];
    if (setting === undefined || value === undefined) throw new S3Error("MalformedXML");
    block[setting] = value.toLowerCase() === "true";
  }
  return block;
}

export function toPublicAccessBlockXml(block: PublicAccessBlock): string {
  return xmlDocument(
    ROOT,
    SETTINGS.map((setting) => xmlText(setting, block[setting])),
  );
}

/** @returns everything open where the bucket has no block; Amazon gives one to every new bucket */
export function publicAccessBlock(store: ObjectStore, bucket: string): PublicAccessBlock {
  const xml = store.buckets.setting(bucket, "public-access-block");
  return xml === undefined ? OPEN : parsePublicAccessBlock(Buffer.from(xml));
}

const OPEN: PublicAccessBlock = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};
