import { createCrc } from "@waybill/core/crc";

const MiB = 1024 ** 2;
const chunk = Uint8Array.from({ length: MiB }, (_, index) => (index * 2_654_435_761) >>> 24);

/** Bundled for a browser as the global `bench`: the CRC64NVME of so many MiB, in MB/s. */
export function timeCrc64Nvme(count: number): number {
  const crc = createCrc("CRC64NVME");
  const startedAt = performance.now();
  for (let index = 0; index < count; index++) crc.update(chunk);
  crc.digest();
  return (count * MiB) / 1000 / (performance.now() - startedAt);
}
