import { WaybillError } from "../waybill-error.ts";

/** SHA-1 is what CloudFront assumes; SHA-256 must be named in the URL or the cookies. */
export type CloudFrontHash = "SHA-1" | "SHA-256";

/** The private half of a key in a CloudFront key group. */
export interface CloudFrontKey {
  /** CloudFront's id of the public key, such as `K2JCJMDEHXQW5F`. */
  keyPairId: string;
  hash: CloudFrontHash;
  /** From when on it signs; see {@link newestCloudFrontKey}. */
  activeFrom: Date;
  sign(text: string): Promise<Uint8Array>;
}

const ALGORITHMS = {
  rsa: (hash: CloudFrontHash) => ({ name: "RSASSA-PKCS1-v1_5", hash }),
  ecdsa: () => ({ name: "ECDSA", namedCurve: "P-256" }),
};

/**
 * Read a private key, through WebCrypto, so that it signs in Node and at the edge alike.
 *
 * @param options.privateKeyPem - PKCS#8 (`BEGIN PRIVATE KEY`), RSA 2048 or ECDSA P-256
 * @throws {WaybillError} `INVALID_INPUT` for any other key
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 */
export async function importCloudFrontKey(options: {
  keyPairId: string;
  privateKeyPem: string;
  hash?: CloudFrontHash;
  activeFrom?: Date;
}): Promise<CloudFrontKey> {
  const { keyPairId, hash = "SHA-1", activeFrom = new Date(0) } = options;
  const named = { keyPairId, hash, activeFrom };
  const der = pkcs8Of(options.privateKeyPem);
  const rsa = await importKey(der, ALGORITHMS.rsa(hash));
  if (rsa !== undefined) {
    if (!("modulusLength" in rsa.algorithm && rsa.algorithm.modulusLength === 2048))
      throw new WaybillError("INVALID_INPUT", "CloudFront takes RSA keys of 2,048 bits only.");
    return {
      ...named,
      sign: async (text) =>
        new Uint8Array(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", rsa, encoder.encode(text))),
    };
  }
  const ecdsa = await importKey(der, ALGORITHMS.ecdsa());
  if (ecdsa === undefined)
    throw new WaybillError("INVALID_INPUT", "The CloudFront key is neither RSA nor ECDSA P-256.");
  return {
    ...named,
    async sign(text) {
      const raw = await crypto.subtle.sign({ name: "ECDSA", hash }, ecdsa, encoder.encode(text));
      return derOfEcdsa(new Uint8Array(raw));
    },
  };
}

/**
 * The key to sign with, of several that are active: the one that became so last. CloudFront takes the signature of
 * each key whose public half is in the key group. So a key is replaced without a URL or a cookie that fails: the new
 * public half goes into the group; from `activeFrom` on, when the distribution has it, the new key signs; the old
 * public half leaves the group when the last that was signed with it has expired.
 *
 * @throws {WaybillError} `ROUTE_UNAVAILABLE` when none is active yet
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 */
export function newestCloudFrontKey(keys: readonly CloudFrontKey[], now: Date): CloudFrontKey {
  const active = keys.filter(({ activeFrom }) => activeFrom <= now);
  const newest = active.toSorted((a, b) => a.activeFrom.getTime() - b.activeFrom.getTime()).at(-1);
  if (newest === undefined) throw new WaybillError("ROUTE_UNAVAILABLE", "No CloudFront key is active.");
  return newest;
}

function pkcs8Of(pem: string): Uint8Array<ArrayBuffer> {
  const base64 = /-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----/.exec(pem)?.[1];
  if (base64 === undefined) {
    throw new WaybillError(
      "INVALID_INPUT",
      "The CloudFront key is no PKCS#8 PEM: convert it with `openssl pkcs8 -topk8 -nocrypt`.",
    );
  }
  return Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
}

function importKey(
  der: Uint8Array<ArrayBuffer>,
  algorithm: RsaHashedImportParams | EcKeyImportParams,
): Promise<CryptoKey | undefined> {
  // A rejection is how WebCrypto says that it is a key of another kind.
  return crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]).catch(() => undefined);
}

/** WebCrypto gives r and s, 32 bytes each; CloudFront, as OpenSSL, takes them as a DER sequence. */
function derOfEcdsa(raw: Uint8Array): Uint8Array {
  const r = derInteger(raw.subarray(0, 32));
  const s = derInteger(raw.subarray(32));
  return Uint8Array.from([0x30, r.length + s.length, ...r, ...s]);
}

function derInteger(bytes: Uint8Array): number[] {
  const digits = [...bytes];
  while (digits[0] === 0) digits.shift();
  if ((digits[0] ?? 0) >= 0x80) digits.unshift(0); // else it would read as negative
  return [0x02, digits.length, ...digits];
}

const encoder = new TextEncoder();
