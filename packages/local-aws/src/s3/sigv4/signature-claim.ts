import type { CredentialScope } from "./credential-scope.ts";

/** What a request says about its own signature, read but not yet believed. */
export interface SignatureClaim {
  form: "header" | "query";
  accessKeyId: string;
  scope: CredentialScope;
  /** In lower case, in the order sent. */
  signedHeaders: readonly string[];
  signature: string;
  /** `20130524T000000Z`, exactly as it goes into the string to sign. */
  amzDate: string;
  signedAt: Date;
  /** Query form only. */
  expiresInSeconds: number | undefined;
  sessionToken: string | undefined;
  /** The last line of the canonical request. */
  payloadHash: string;
}
