import { importDoorPublicKey, type DoorPublicKey } from "@waybill/core";
import { NamedSecrets, type NamedSecret } from "./named-secrets.ts";

/** What a door has to know that signs no grants. */
export const DoorPublicKeyEnv = {
  /** The public halves of the keys that sign grants for doors, in SPKI: `kid:base64[,kid:base64…]`. They are no secret. */
  WAYBILL_DOOR_PUBLIC_KEYS: NamedSecrets,
};

export function importDoorPublicKeys(keys: readonly NamedSecret[]): Promise<DoorPublicKey[]> {
  return Promise.all(keys.map(({ kid: keyId, secret: spki }) => importDoorPublicKey({ keyId, spki })));
}
