import type { Credentials } from "@waybill/core";
import type { BucketAddress, RequestSigner, Store } from "@waybill/core/s3";
import type { Collections } from "./collections/define-collections.ts";
import type { Principal } from "./principal.ts";
import type { UploadTokens } from "./upload-token.ts";

/** Made once, where the API starts. */
export interface ApiDeps {
  store: Store;
  collections: Collections;
  signer: RequestSigner;
  tokens: UploadTokens;
  address: BucketAddress;
  region: string;
  credentials: () => Promise<Credentials>;
  now: () => Date;
  version: string;
}

/** Made for every request. */
export interface ApiContext {
  deps: ApiDeps;
  /** Undefined when nobody is logged in. */
  principal: Principal | undefined;
}
