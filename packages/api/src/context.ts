import type { CookieSigner, Credentials, DoorRoute, LoginOptions, TemporaryCredentials } from "@waybill/core";
import type { BucketAddress, NarrowSession, RouteSigner, Store } from "@waybill/core/s3";
import type { Audit } from "./audit/audit-line.ts";
import type { Collections } from "./collections/define-collections.ts";
import type { Limits } from "./limits/create-limits.ts";
import type { Principal } from "./principal.ts";
import type { UploadTokens } from "./upload-token.ts";

/** Made once, where the API starts. */
export interface ApiDeps {
  store: Store;
  collections: Collections;
  /** For what goes straight to the store. */
  signer: RouteSigner;
  /** For the other ways that this deployment has. */
  doors: Partial<Record<DoorRoute, RouteSigner>>;
  /** Undefined: this deployment has no domain for cookies. */
  cookies?: CookieSigner | undefined;
  tokens: UploadTokens;
  address: BucketAddress;
  region: string;
  credentials: () => Promise<Credentials>;
  /** How credentials for clients are had; undefined: this deployment gives none. */
  vending?: Vending | undefined;
  /** How much each principal may have. */
  limits: Limits;
  /** Where it is written down what was decided. */
  audit: Audit;
  now: () => Date;
  version: string;
  /** How people log in; null where only the gateway knows. */
  login: LoginOptions | null;
}

export interface Vending {
  /** A session of the role that exists to be narrowed to what a client may do. */
  assume(session: NarrowSession): Promise<TemporaryCredentials>;
  /** `arn:aws:s3:::bucket` */
  bucketArn: string;
  /** Of the S3-compatible server; undefined: Amazon. */
  endpoint: string | undefined;
}

/** Made for every request. */
export interface ApiContext {
  deps: ApiDeps;
  /** Of the request that brought the call, and perhaps others: for the audit log. */
  requestId: string;
  /**
   * Who asks: undefined when nobody is logged in. Called only where it matters.
   *
   * @throws {WaybillError} `UNAUTHENTICATED`, `IDENTITY_UNREACHABLE`
   */
  authenticate: () => Promise<Principal | undefined>;
  /** Values of `Set-Cookie` for the answer; procedures add theirs. They are secrets. */
  setCookies: string[];
}
