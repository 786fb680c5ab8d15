import { GiB, MiB } from "@waybill/core";
import { defineCollections, type CollectionTypes } from "./define-collections.ts";

const DAY_SECONDS = 24 * 3600;

/** What can be stored, within what limits, and who may do it. A deployment changes this, and nothing else. */
export const collections = defineCollections({
  /** Everybody's own files. */
  files: {
    who: ({ principal, owner }) => principal.id === owner,
    maxBytes: 1024 * GiB,
    routes: ["presigned", "credentials", "cloudfront", "apigateway", "lambda"],
    expiresIn: { upload: 3600, download: 7 * DAY_SECONDS, defaultDownload: 900 },
  },
  /** Folders for tools that know S3 and not Waybill, such as aws s3 and rclone. */
  drive: {
    who: ({ principal, owner }) => principal.id === owner,
    maxBytes: 1024 * GiB,
    routes: ["presigned", "credentials", "cloudfront", "apigateway", "lambda"],
    key: ({ fileName }) => fileName,
    overwrite: true,
    expiresIn: { upload: 3600, download: 7 * DAY_SECONDS, defaultDownload: 900 },
  },
  /** What need not stay: handed over, fetched, and gone after a week. */
  temporary: {
    who: ({ principal, owner }) => principal.id === owner,
    maxBytes: 1024 * GiB,
    routes: ["presigned", "credentials", "cloudfront", "apigateway", "lambda"],
    expiresIn: { upload: 3600, download: 7 * DAY_SECONDS, defaultDownload: 900 },
    retention: { days: 7 },
  },
  /** One small picture for each, to be seen by all. */
  avatars: {
    who: ({ principal, owner, action }) => action === "read" || principal.id === owner,
    accept: ["image/png", "image/jpeg", "image/webp", "image/gif"],
    maxBytes: 5 * MiB,
    routes: ["presigned", "cloudfront", "apigateway", "lambda"],
    key: () => "avatar",
    overwrite: true,
    visibility: "public",
    expiresIn: { upload: 300, download: DAY_SECONDS, defaultDownload: 3600 },
  },
});

export type DefaultCollections = CollectionTypes<typeof collections>;
