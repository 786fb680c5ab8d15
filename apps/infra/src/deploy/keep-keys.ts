import { keyParameterName, type DeployedKeys, type KeyName } from "../deployed-keys.ts";
import {
  createKey,
  parseRing,
  publicHalf,
  publicPem,
  ROTATION,
  textOfRing,
  type KeyRing,
  type RotationStep,
} from "./key-ring.ts";
import type { ParameterStore } from "./parameter-store.ts";

interface KeptRing {
  ring: KeyRing;
  version: number;
}

/**
 * The keys of a stage: made where there are none, else as they are, or a step further in their rotation.
 *
 * @returns what everybody may know of them
 */
export async function keepKeys(
  store: ParameterStore,
  stage: string,
  step?: RotationStep,
): Promise<DeployedKeys> {
  const keep = (name: KeyName) => keepRing(store, keyParameterName(stage, name), name, step);
  const token = await keep("token");
  const door = await keep("door");
  const cloudfront = await keep("cloudfront");
  return {
    token: { version: token.version },
    door: {
      version: door.version,
      publicKeys: door.ring.map((key) => ({ keyId: key.keyId, spki: publicHalf(key) })),
    },
    cloudfront: {
      version: cloudfront.version,
      publicKeys: cloudfront.ring.map((key) => ({ keyId: key.keyId, pem: publicPem(key) })),
    },
  };
}

async function keepRing(
  store: ParameterStore,
  parameter: string,
  name: KeyName,
  step?: RotationStep,
): Promise<KeptRing> {
  const kept = await store.read(parameter);
  if (kept !== undefined && step === undefined) return { ring: parseRing(kept.value), version: kept.version };
  const before = kept === undefined ? [createKey(name)] : parseRing(kept.value);
  const ring = kept === undefined || step === undefined ? before : ROTATION[step](before, name);
  if (kept !== undefined && textOfRing(ring) === kept.value) return { ring, version: kept.version };
  return { ring, version: await store.write(parameter, textOfRing(ring)) };
}
