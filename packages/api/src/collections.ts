import { WaybillError } from "@waybill/core";

export interface Collection {
  name: string;
  maxBytes: number;
  /** Longest life of a signed upload request, in seconds. */
  uploadExpiresIn: number;
  /** Longest life of a signed download, in seconds. */
  downloadExpiresIn: number;
  /** Life of a signed download for which nobody asked a certain one, in seconds. */
  defaultDownloadExpiresIn: number;
}

const GiB = 1024 ** 3;

/** What can be stored, and within what limits. A collection's name is the first segment of its keys. */
const COLLECTIONS: Readonly<Record<string, Collection>> = {
  files: {
    name: "files",
    maxBytes: 1024 * GiB,
    uploadExpiresIn: 3600,
    downloadExpiresIn: 7 * 24 * 3600,
    defaultDownloadExpiresIn: 900,
  },
};

export const collectionNames = Object.keys(COLLECTIONS);

/** @throws {WaybillError} `COLLECTION_NOT_FOUND` */
export function collectionNamed(name: string): Collection {
  const collection = Object.hasOwn(COLLECTIONS, name) ? COLLECTIONS[name] : undefined;
  if (collection !== undefined) return collection;
  throw new WaybillError(
    "COLLECTION_NOT_FOUND",
    `There is no collection ${JSON.stringify(name)}; there is ${collectionNames.join(", ")}.`,
  );
}

/** @throws {WaybillError} `TOO_LARGE` for more than the collection takes */
export function assertFits(collectionName: string, sizeBytes: number): void {
  const { maxBytes } = collectionNamed(collectionName);
  if (sizeBytes <= maxBytes) return;
  throw new WaybillError(
    "TOO_LARGE",
    `${collectionName} takes at most ${maxBytes} bytes, and this is ${sizeBytes}.`,
  );
}
