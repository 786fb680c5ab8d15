import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";

const Secrets = z.object({
  /** `kid:base64`, as the API reads it. */
  tokenKeys: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  /** ECDSA P-256 in PKCS#8: the same form. */
  doorKeys: z.string(),
  /** Of CloudFront's signed URLs; the same. */
  cloudFrontKeys: z.string(),
});
export type Secrets = z.infer<typeof Secrets>;

/** The local stack's secrets: made at the first start and kept, so that tokens and URLs survive a restart. */
export async function loadSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, "secrets.json");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // A key that a later version came with is added to those that are there.
  const known: unknown = existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : {};
  const secrets = Secrets.parse({ ...newSecrets(), ...z.record(z.string(), z.string()).parse(known) });
  await writeFile(`${file}.new`, JSON.stringify(secrets), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secrets;
}

/** The public halves of private keys, in SPKI: the same form. */
export function publicHalvesOf(keys: string): string {
  return keys
    .split(",")
    .map((entry) => {
      const [keyId, pkcs8 = ""] = entry.split(":");
      const key = createPrivateKey({ key: Buffer.from(pkcs8, "base64"), type: "pkcs8", format: "der" });
      const spki = createPublicKey(key).export({ type: "spki", format: "der" });
      return `${keyId}:${spki.toString("base64")}`;
    })
    .join(",");
}

function newSecrets(): Secrets {
  return {
    tokenKeys: `local-1:${randomBytes(32).toString("base64")}`,
    accessKeyId: `LOCAL${randomBytes(10).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    doorKeys: `local-1:${newPrivateKey()}`,
    cloudFrontKeys: `KLOCAL1:${newPrivateKey()}`,
  };
}

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
}
