import { generateKeyPairSync } from "node:crypto";
import {
  createDoorSigner,
  doorKeyText,
  importDoorKey,
  uriEncodeKey,
  type DoorRoute,
  type RouteSigner,
} from "@waybill/core";

/** A key pair of doors, in the forms that each side takes it in. */
export interface DoorKeys {
  keyId: string;
  pkcs8: Uint8Array<ArrayBuffer>;
  privateKeyPem: string;
  /** Base64. */
  spki: string;
  /** As `WAYBILL_DOOR_KEYS` has it. */
  secretText: string;
  /** As `WAYBILL_DOOR_PUBLIC_KEYS` has it. */
  publicText: string;
}

export function makeDoorKeys(keyId: string): DoorKeys {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const pkcs8 = new Uint8Array(privateKey.export({ type: "pkcs8", format: "der" }));
  const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  return {
    keyId,
    pkcs8,
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    spki,
    secretText: `${keyId}:${Buffer.from(pkcs8).toString("base64")}`,
    publicText: `${keyId}:${spki}`,
  };
}

/** The same URL, with one character of its signature changed. */
export function otherSignature(url: string): string {
  return url.replace(/(?<=waybill-signature=)./, (first) => (first === "a" ? "b" : "a"));
}

/**
 * What the API signs with for a door.
 *
 * @param options.url - of the door
 */
export function doorSigner(
  route: DoorRoute,
  options: { url: () => string; keys: Pick<DoorKeys, "keyId" | "pkcs8">; now?: () => Date },
): RouteSigner {
  const { url, keys, now = () => new Date() } = options;
  const pathOf = (key: string) =>
    route === "cloudfront" ? `/up/${uriEncodeKey(key)}` : `/objects/${doorKeyText(key)}`;
  return createDoorSigner({
    route,
    urlOf: (key) => url() + pathOf(key),
    key: () => importDoorKey(keys),
    now,
  });
}
