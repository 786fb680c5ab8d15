import * as zlib from "node:zlib";
import { Crc32, Crc32c, Crc64Nvme, crc64NvmeCrtContainer } from "@aws-sdk/checksums/crc";
import { CrtCrc64Nvme } from "@aws-sdk/crc64-nvme-crt";
import { createCRC32, createCRC64, type IHasher } from "hash-wasm";
import { combineCrc } from "../src/checksum/combine-crc.ts";
import { createCrc, type RunningChecksum } from "../src/checksum/crc.ts";
import type { CrcAlgorithm } from "../src/checksum/crc-field.ts";
import { MAX_PART_COUNT, MiB } from "../src/s3-limits.ts";
import { measure, MEDIANS } from "./measure.ts";

interface Hasher {
  name: string;
  algorithm: CrcAlgorithm;
  /** How many chunks a round reads. */
  times: number;
  create: () => { update(bytes: Uint8Array): unknown; digest(): string | Promise<string> };
}

const CRCS = ["CRC64NVME", "CRC32", "CRC32C"] as const;
const BASELINE = "CRC32, Node's zlib.crc32";

console.log(await benchChecksum());

/** CRCs of long streams: ours beside Node's, the SDK's and hash-wasm's. */
async function benchChecksum(): Promise<string> {
  const chunks = noise(64); // more than a processor's caches hold
  const hashers = await createHashers();
  const hash = async ({ create }: Hasher, count: number) => {
    const checksum = create();
    for (const chunk of chunks.slice(0, count)) checksum.update(chunk);
    return checksum.digest();
  };
  await assertEqual(hashers, (hasher) => hash(hasher, 4));

  const copy = new Uint8Array(MiB);
  const copying = {
    name: "Copying the bytes, and no more",
    times: chunks.length,
    run: () => {
      for (const chunk of chunks) copy.set(chunk);
    },
  };
  const hashing = hashers.map((hasher) => ({
    name: hasher.name,
    times: hasher.times,
    run: async (times: number) => void (await hash(hasher, times)),
  }));
  const results = await measure([copying, ...hashing]);
  const combined = await measure(CRCS.map(combining));

  const baseline = results.find(({ name }) => name === BASELINE)?.microseconds ?? Number.NaN;
  const rows = results.map(
    ({ name, microseconds }) =>
      `| ${name} | ${(MiB / microseconds).toFixed(0)} | ${(baseline / microseconds).toFixed(2)} |`,
  );
  const times = combined.map(
    ({ name, microseconds }) => `${(microseconds / 1000).toFixed(1)} ms for ${name}`,
  );
  return [
    "## Checksums of a long stream",
    "",
    `${chunks.length} chunks of 1 MiB, on one thread. All of one algorithm gave the same value first. ${MEDIANS}`,
    "",
    "| | MB/s | x zlib.crc32 |",
    "| --- | ---: | ---: |",
    ...rows,
    "",
    `Combining the checksums of ${MAX_PART_COUNT.toLocaleString("en")} equal parts takes ${times.join(", ")}.`,
    "",
  ].join("\n");
}

async function createHashers(): Promise<Hasher[]> {
  const crc64 = await createCRC64("9a6c9329ac4bc9b5");
  const crc32 = await createCRC32();
  const crc32c = await createCRC32(0x82f63b78);
  // The native binding makes itself the SDK's only one when it is imported; here both are to run.
  crc64NvmeCrtContainer.CrtCrc64Nvme = null;
  const ours = CRCS.flatMap((algorithm): Hasher[] => [
    { name: `${algorithm}, Waybill`, algorithm, times: 64, create: () => createCrc(algorithm) },
    {
      name: `${algorithm}, Waybill without WebAssembly`,
      algorithm,
      times: 8,
      create: () => createCrc(algorithm, () => undefined),
    },
  ]);
  return [
    { name: BASELINE, algorithm: "CRC32", times: 64, create: zlibCrc32 },
    ...ours,
    { name: "CRC32, AWS SDK (zlib)", algorithm: "CRC32", times: 64, create: () => fromSdk(new Crc32()) },
    {
      name: "CRC32C, AWS SDK in JavaScript",
      algorithm: "CRC32C",
      times: 8,
      create: () => fromSdk(new Crc32c()),
    },
    {
      name: "CRC64NVME, AWS SDK in JavaScript",
      algorithm: "CRC64NVME",
      times: 8,
      create: () => fromSdk(new Crc64Nvme()),
    },
    {
      name: "CRC64NVME, AWS SDK's native binding",
      algorithm: "CRC64NVME",
      times: 32,
      create: () => fromSdk(new CrtCrc64Nvme()),
    },
    { name: "CRC64NVME, hash-wasm", algorithm: "CRC64NVME", times: 32, create: () => fromHashWasm(crc64) },
    { name: "CRC32, hash-wasm", algorithm: "CRC32", times: 32, create: () => fromHashWasm(crc32) },
    { name: "CRC32C, hash-wasm", algorithm: "CRC32C", times: 32, create: () => fromHashWasm(crc32c) },
  ];
}

function zlibCrc32(): RunningChecksum {
  let value = 0;
  return {
    update(bytes) {
      value = zlib.crc32(bytes, value);
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(value);
      return digest.toString("base64");
    },
  };
}

function fromSdk(checksum: { update(bytes: Uint8Array): void; digest(): Promise<Uint8Array> }) {
  return {
    update: (bytes: Uint8Array) => checksum.update(bytes),
    digest: async () => Buffer.from(await checksum.digest()).toString("base64"),
  };
}

function fromHashWasm(hasher: IHasher): RunningChecksum {
  hasher.init();
  return {
    update: (bytes) => void hasher.update(bytes),
    digest: () => Buffer.from(hasher.digest("binary")).toString("base64"),
  };
}

async function assertEqual(hashers: readonly Hasher[], hash: (hasher: Hasher) => Promise<string>) {
  const values = new Map<CrcAlgorithm, string>();
  for (const hasher of hashers) {
    const value = await hash(hasher);
    const expected = values.get(hasher.algorithm) ?? value;
    if (value !== expected) throw new Error(`${hasher.name} gives ${value}, another one ${expected}.`);
    values.set(hasher.algorithm, value);
  }
}

function combining(algorithm: CrcAlgorithm) {
  const checksum = createCrc(algorithm);
  checksum.update(Uint8Array.of(1, 2, 3));
  const part = { value: checksum.digest(), sizeBytes: 8 * MiB };
  const parts = Array.from({ length: MAX_PART_COUNT }, () => part);
  return { name: algorithm, times: 1, run: () => void combineCrc(algorithm, parts) };
}

/** @param count - chunks of 1 MiB */
function noise(count: number): Uint8Array[] {
  const words = new Int32Array((count * MiB) / 4);
  let state = 1;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    words[index] = state;
  }
  return Array.from({ length: count }, (_, index) => new Uint8Array(words.buffer, index * MiB, MiB));
}
