import { importDoorKey, importDoorPublicKey } from "@waybill/core";
import { beforeEach, describe, expect, it } from "vitest";
import { keepKeys } from "./keep-keys.ts";
import { parseRing } from "./key-ring.ts";
import type { ParameterStore } from "./parameter-store.ts";

const NAMES = ["/waybill/dev/token-keys", "/waybill/dev/door-keys", "/waybill/dev/cloudfront-keys"];

/** Every version of every parameter. */
let kept: Map<string, string[]>;
let store: ParameterStore;

beforeEach(() => {
  kept = new Map();
  store = {
    async read(name) {
      const versions = kept.get(name);
      return versions && { value: versions.at(-1) ?? "", version: versions.length };
    },
    async write(name, value) {
      const versions = [...(kept.get(name) ?? []), value];
      kept.set(name, versions);
      return versions.length;
    },
  };
});

const ringOf = (name: string) => parseRing(kept.get(name)?.at(-1) ?? "");
const idsOf = (name: string) => ringOf(name).map(({ keyId }) => keyId);

describe("keepKeys", () => {
  it("makes the keys once", async () => {
    const first = await keepKeys(store, "dev");
    expect(await keepKeys(store, "dev")).toEqual(first);
    expect([...kept.keys()]).toEqual(NAMES);
    for (const name of NAMES) expect(kept.get(name)).toHaveLength(1);
    expect(ringOf(NAMES[0] ?? "").map(({ secret }) => secret.length)).toEqual([32]);
  });

  it("gives every stage its own", async () => {
    const dev = await keepKeys(store, "dev");
    const prod = await keepKeys(store, "prod");
    expect(prod.door.publicKeys).not.toEqual(dev.door.publicKeys);
    expect(kept.size).toBe(2 * NAMES.length);
  });

  it("tells the public halves of the secret ones, and those alone", async () => {
    const keys = await keepKeys(store, "dev");
    const [secret] = ringOf("/waybill/dev/door-keys");
    const [half] = keys.door.publicKeys;
    if (secret === undefined || half === undefined) throw new Error("There is no door key.");
    const key = await importDoorKey({ keyId: secret.keyId, pkcs8: new Uint8Array(secret.secret) });
    const door = await importDoorPublicKey({
      keyId: half.keyId,
      spki: new Uint8Array(Buffer.from(half.spki, "base64")),
    });
    expect(half.keyId).toBe(secret.keyId);
    expect(await door.verify("text", new Uint8Array(await key.sign("text")))).toBe(true);
    expect(keys.cloudfront.publicKeys[0]?.pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    const told = JSON.stringify(keys);
    for (const name of NAMES) {
      for (const { secret: hidden } of ringOf(name)) expect(told).not.toContain(hidden.toString("base64"));
    }
  });

  it("rotates without a moment in which something is signed by a key that somebody does not know", async () => {
    await keepKeys(store, "dev");
    for (let round = 0; round < 3; round += 1) {
      const before = Object.fromEntries(NAMES.map((name) => [name, idsOf(name)]));
      await keepKeys(store, "dev", "drop");
      const added = await keepKeys(store, "dev", "add");
      for (const name of NAMES) {
        expect(idsOf(name)[0]).toBe(before[name]?.[0]); // the old one signs
        expect(idsOf(name)).toHaveLength(2); // and both are known
      }
      const used = await keepKeys(store, "dev", "use");
      for (const name of NAMES) {
        expect(idsOf(name)[0]).not.toBe(before[name]?.[0]);
        expect(idsOf(name)[1]).toBe(before[name]?.[0]);
      }
      expect(new Set(used.door.publicKeys)).toEqual(new Set(added.door.publicKeys));
      expect(used.door.version).toBe(added.door.version + 1);
    }
  });

  it("does not show what it cannot read", () => {
    expect(() => parseRing("secret without a name")).toThrow(/^What is stored there is no list of keys\.$/);
  });
});
