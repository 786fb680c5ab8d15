import {
  MiB,
  uriEncodeKey,
  WaybillError,
  type DownloadCookiesOutput,
  type ListedObject,
} from "@waybill/core";
import { errorSentence } from "../error-sentence.ts";

/** Seconds. They cannot be revoked, and outlive a login that ends. */
export const PREVIEWS_LIVE_SECONDS = 600;
const RENEWED_AHEAD_MS = 60_000;
/** A larger one is not worth its bytes in a list. */
const MAX_PREVIEW_BYTES = 4 * MiB;
const IMAGE_NAME = /\.(?:avif|gif|jpe?g|png|svg|webp)$/i;

/** @returns the plain URL that an `<img>` may show; `undefined` for what has no preview */
export type PreviewOf = (object: ListedObject) => Promise<string | undefined>;

/**
 * One's pictures by plain URLs. Their folder is opened by cookies when the first one is to be seen, and again before those
 * end.
 *
 * @param options.isOffered - whether there is a distribution
 * @param options.open - have the browser take cookies
 */
export function createPreviews(options: {
  isOffered: () => Promise<boolean>;
  open: () => Promise<DownloadCookiesOutput>;
  nowMs: () => number;
}): PreviewOf {
  const { isOffered, open, nowMs } = options;
  let folder: Promise<DownloadCookiesOutput> | undefined;
  let endsAtMs = Infinity; // so that all ask for the same one until it is known
  let isRefused = false;

  function openFolder(): Promise<DownloadCookiesOutput> {
    if (folder !== undefined && nowMs() < endsAtMs - RENEWED_AHEAD_MS) return folder;
    endsAtMs = Infinity;
    folder = open();
    folder.then(
      ({ expiresAt }) => (endsAtMs = Date.parse(expiresAt)),
      () => (endsAtMs = 0),
    );
    return folder;
  }

  return async ({ key, fileName, sizeBytes }) => {
    if (!IMAGE_NAME.test(fileName) || sizeBytes === 0 || sizeBytes > MAX_PREVIEW_BYTES) return undefined;
    try {
      if (isRefused || !(await isOffered())) return undefined;
      const { url, prefix } = await openFolder();
      return key.startsWith(prefix) ? url + uriEncodeKey(key.slice(prefix.length)) : undefined;
    } catch (error) {
      // A deployment without a domain for cookies: what is no error is not asked for again.
      isRefused = error instanceof WaybillError && error.code === "ROUTE_UNAVAILABLE";
      if (!isRefused) errorSentence(error);
      return undefined;
    }
  };
}
