import type { Credentials } from "./credentials.ts";
import { createSessionKeys } from "./session-keys.ts";
import { createSessionSealer } from "./session-token.ts";

const LIFETIME_MS = 15 * 60 * 1000;

/**
 * With what a stand-in of one of Amazon's services signs its requests to another, in whichever process it runs. Their
 * token says which service it is, and for which resource it calls; only who has the session key can make one.
 *
 * @param options.sessionKey - that of the stand-in which is called
 * @param options.service - `cloudfront.amazonaws.com`
 * @param options.sourceArn - of the resource, as `aws:SourceArn` of bucket policies names it
 * @returns gives keys that are good for a quarter of an hour
 */
export function createServiceCredentials(options: {
  sessionKey: Buffer;
  service: string;
  sourceArn: string;
}): (now: Date) => Required<Credentials> {
  const sealer = createSessionSealer(options.sessionKey);
  const service = { name: options.service, sourceArn: options.sourceArn };
  return (now) => {
    const key = createSessionKeys();
    const issuedAtMs = now.getTime();
    const sessionToken = sealer.seal({ ...key, issuedAtMs, expiresAtMs: issuedAtMs + LIFETIME_MS, service });
    return { ...key, sessionToken };
  };
}
