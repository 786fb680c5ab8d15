import type { Limits, UploadTokens } from "@waybill/api";
import type { RouteSigner } from "@waybill/core";
import { once } from "./once.ts";

/* What a new process can answer without, and loads when it is first used. */

export function signerWhenUsed(load: () => Promise<RouteSigner>): RouteSigner {
  const signer = once(load);
  return {
    signGet: async (get) => (await signer()).signGet(get),
    signPut: async (put) => (await signer()).signPut(put),
    signParts: async (parts) => (await signer()).signParts(parts),
  };
}

export function tokensWhenUsed(load: () => Promise<UploadTokens>): UploadTokens {
  const tokens = once(load);
  return {
    issue: async (claims) => (await tokens()).issue(claims),
    verify: async (token, principalId) => (await tokens()).verify(token, principalId),
  };
}

export function limitsWhenUsed(load: () => Promise<Limits>): Limits {
  const limits = once(load);
  return {
    countRequest: async (principal) => (await limits()).countRequest(principal),
    assertRoom: async (principal, upload) => (await limits()).assertRoom(principal, upload),
    beginUpload: async (principal, upload) => (await limits()).beginUpload(principal, upload),
    resumeUpload: async (principal, upload) => (await limits()).resumeUpload(principal, upload),
  };
}
