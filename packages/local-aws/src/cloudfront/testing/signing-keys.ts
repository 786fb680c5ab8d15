import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";

export interface SigningKey {
  keyPairId: string;
  publicKey: string;
  privateKey: string;
}

export const RSA_KEY = toSigningKey("KRSA", generateKeyPairSync("rsa", { modulusLength: 2048 }));
export const ECDSA_KEY = toSigningKey("KECDSA", generateKeyPairSync("ec", { namedCurve: "prime256v1" }));
/** Of the right kind, and trusted by nobody. */
export const FOREIGN_KEY = toSigningKey("KFOREIGN", generateKeyPairSync("ec", { namedCurve: "prime256v1" }));

/** Resources of a distribution: the group `private` trusts both keys. */
export const KEY_RESOURCES = {
  keyGroups: { private: { Items: [RSA_KEY.keyPairId, ECDSA_KEY.keyPairId] } },
  publicKeys: Object.fromEntries(
    [RSA_KEY, ECDSA_KEY].map(({ keyPairId, publicKey }) => [keyPairId, { EncodedKey: publicKey }]),
  ),
};

function toSigningKey(keyPairId: string, { publicKey, privateKey }: KeyPairKeyObjectResult): SigningKey {
  return {
    keyPairId,
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
