import type { Caller } from "../identity/caller.ts";
import type { RequestBody } from "./body/request-body.ts";
import type { MessageQueues } from "../sqs/message-queues.ts";
import type { Notify } from "./notifications/create-notify.ts";
import type { ObjectStore } from "./object-store/object-store.ts";
import type { RequestIds } from "./request-ids.ts";
import type { Address } from "./resolve-address.ts";
import type { Payload } from "./sigv4/payload.ts";
import type { Tag } from "./tagging/tag.ts";

/** One operation of the S3 API, named as in Amazon's reference. */
export interface S3Operation {
  name: string;
  /**
   * What the caller must be allowed on the bucket or object that the request names; `run` asks for more
   * with `authorize`.
   *
   * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
   */
  actions: (request: S3Request) => readonly string[];
  /** Query parameters it understands, beside those that select it. Any other is NotImplemented. */
  parameters?: readonly string[];
  /** `x-amz-*` headers it understands; a `*` at the end stands for any rest. */
  headers?: readonly string[];
  /** Whether `run` reads the body. Of any other operation the body must be empty. */
  takesBody?: true;
  /** Whether the body may come as `aws-chunked`. `run` sees it decoded. */
  takesChunks?: true;
  run(call: S3Call): Promise<S3Response>;
}

/** A request that was believed, and what an operation needs to answer it. */
export interface S3Call {
  request: S3Request;
  /** Who asks; what it may do, `authorize` says. */
  caller: Caller;
  /**
   * @param requestTags - that the object is to get, where a header does not say so
   * @throws {S3Error} `AccessDenied` when the caller may not do this to that bucket or object
   */
  authorize: (action: string, address: Address, requestTags?: readonly Tag[]) => void;
  /** To be told of every change of an object, within its transaction. */
  notify: Notify;
  store: ObjectStore;
  /** Where notifications can go. */
  queues: MessageQueues;
  /** Of this request. */
  ids: RequestIds;
  region: string;
  clock: () => Date;
}

/** Detection guarantees that an object operation has a key and a bucket operation a bucket. */
export interface S3Request extends Address {
  method: string;
  host: string;
  /** Still percent-encoded, as sent. */
  rawPath: string;
  query: ReadonlyMap<string, string>;
  /** In lower case; with the `x-amz-*` values that a presigned URL carries in its query. */
  headers: ReadonlyMap<string, string>;
  payload: Payload;
  body: RequestBody;
}

export interface S3Response {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /**
   * XML, or the bytes of an object: then `headers` has their content-length, and each chunk is good until the
   * next one is asked for.
   */
  body?: string | AsyncIterable<Buffer>;
  /** Called once when the answer is out, or could not be sent. */
  release?: () => Promise<void>;
}
