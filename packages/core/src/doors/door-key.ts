import { WaybillError } from "../waybill-error.ts";

/** The private half: whoever has it grants. */
export interface DoorKey {
  /** Names it, so that keys can be replaced while grants are out. */
  keyId: string;
  /** @returns r and s, 32 bytes each */
  sign(text: string): Promise<Uint8Array>;
}

/** The public half, which is no secret: it may stand in code at the edge. */
export interface DoorPublicKey {
  keyId: string;
  verify(text: string, signature: Uint8Array<ArrayBuffer>): Promise<boolean>;
}

/** ECDSA with P-256 and SHA-256: signatures of 64 bytes, in WebCrypto everywhere. @see https://www.w3.org/TR/webcrypto/#ecdsa */
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/**
 * @param options.pkcs8 - the private key, DER
 * @throws {WaybillError} `INVALID_INPUT` for any other key
 */
export async function importDoorKey(options: {
  keyId: string;
  pkcs8: Uint8Array<ArrayBuffer>;
}): Promise<DoorKey> {
  const { keyId, pkcs8 } = options;
  const key = await reading(keyId, crypto.subtle.importKey("pkcs8", pkcs8, CURVE, false, ["sign"]));
  return {
    keyId,
    sign: async (text) => new Uint8Array(await crypto.subtle.sign(SIGNATURE, key, encoder.encode(text))),
  };
}

/**
 * @param options.spki - the public key, DER
 * @throws {WaybillError} `INVALID_INPUT` for any other key
 */
export async function importDoorPublicKey(options: {
  keyId: string;
  spki: Uint8Array<ArrayBuffer>;
}): Promise<DoorPublicKey> {
  const { keyId, spki } = options;
  const key = await reading(keyId, crypto.subtle.importKey("spki", spki, CURVE, false, ["verify"]));
  return {
    keyId,
    verify: (text, signature) => crypto.subtle.verify(SIGNATURE, key, signature, encoder.encode(text)),
  };
}

/** The public half of a private key, DER. @throws {WaybillError} `INVALID_INPUT` for any other key */
export async function publicHalfOfDoorKey(options: {
  keyId: string;
  pkcs8: Uint8Array<ArrayBuffer>;
}): Promise<Uint8Array<ArrayBuffer>> {
  const imported = crypto.subtle.importKey("pkcs8", options.pkcs8, CURVE, true, ["sign"]);
  const {
    d: _,
    key_ops: __,
    ...half
  } = await crypto.subtle.exportKey("jwk", await reading(options.keyId, imported));
  const key = await crypto.subtle.importKey("jwk", half, CURVE, true, ["verify"]);
  return new Uint8Array(await crypto.subtle.exportKey("spki", key));
}

async function reading(keyId: string, imported: Promise<CryptoKey>): Promise<CryptoKey> {
  try {
    return await imported;
  } catch {
    // Without a cause: what WebCrypto says of it is of no help, and a key is a secret.
    throw new WaybillError("INVALID_INPUT", `The door key ${JSON.stringify(keyId)} is no ECDSA P-256 key.`);
  }
}

const encoder = new TextEncoder();
