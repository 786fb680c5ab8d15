import type { S3Client } from "@aws-sdk/client-s3";
import type { Integrity } from "../schemas/object.ts";
import type * as s3Sdk from "./s3-sdk.ts";
import type { SendToStore } from "./send-to-store.ts";
import { talkToStore } from "./storage-error.ts";

/** One bucket, the client that reaches it, and by what it proves which bytes it holds. */
export interface Store {
  /** The same one each time, made when the first operation needs it. */
  client: () => Promise<S3Client>;
  /** For what must not wait until the SDK is loaded. */
  send: SendToStore;
  bucket: string;
  integrity: Integrity;
}

/**
 * Run one request to the store. The SDK is loaded when the first one runs: most grants are signed without asking
 * anything, and loading it takes longer than everything else that a new process does.
 *
 * @param doing - for people, as in "The store refused to list objects"
 * @throws {WaybillError} as `talkToStore`
 */
export function askStore<T>(
  store: Store,
  doing: string,
  ask: (client: S3Client, sdk: typeof s3Sdk) => Promise<T>,
): Promise<T> {
  return talkToStore(doing, async () => {
    const [client, sdk] = await Promise.all([store.client(), import("./s3-sdk.ts")]);
    return ask(client, sdk);
  });
}
