import { createCrc64Nvme } from "@waybill/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { checksumOfBytes } from "../testing/checksum-of-bytes.ts";
import { createArrivingRange } from "./arriving-range.ts";

/** Copies of the bytes, each from where it is asked to begin on; they send and write in any order. */
const schedules = fc.record({
  bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  start: fc.nat(1000),
  turns: fc.array(fc.record({ copy: fc.nat(2), length: fc.integer({ min: 1, max: 60 }) }), {
    minLength: 1,
    maxLength: 60,
  }),
});

it("takes each byte once and in order, from however many copies it comes", async () => {
  await fc.assert(
    fc.asyncProperty(schedules, fc.scheduler(), async ({ bytes, start, turns }, scheduler) => {
      const end = start + bytes.length;
      const written: number[] = [];
      const arriving = createArrivingRange(
        { start, end },
        {
          async write(chunk, position) {
            await scheduler.schedule(Promise.resolve());
            expect(position).toBe(start + written.length);
            written.push(...chunk);
          },
        },
        createCrc64Nvme(),
      );
      let taken = 0;
      async function send(lengths: readonly number[]): Promise<void> {
        await scheduler.schedule(Promise.resolve());
        let position = arriving.missing().start;
        for (const length of lengths) {
          const chunk = Uint8Array.from(bytes.subarray(position - start, position - start + length));
          const sent = chunk.length;
          const fresh = await arriving.take(chunk, position);
          taken += fresh;
          chunk.fill(0); // its buffer is used again
          position += sent;
          await scheduler.schedule(Promise.resolve());
        }
      }
      const copies = [0, 1, 2].map((copy) =>
        send(turns.flatMap((turn) => (turn.copy === copy ? [turn.length] : []))),
      );
      await scheduler.waitFor(Promise.all(copies));
      await scheduler.waitFor(send([bytes.length]));
      expect(written).toEqual([...bytes]);
      expect(taken).toBe(bytes.length);
      expect(arriving.missing()).toEqual({ start: end, end });
      expect(arriving.checksum()).toBe(checksumOfBytes(bytes));
    }),
  );
});

it("takes nothing more once a write has failed", async () => {
  let writes = 0;
  const arriving = createArrivingRange(
    { start: 0, end: 10 },
    {
      async write() {
        writes += 1;
        throw new Error("The disk is full.");
      },
    },
    createCrc64Nvme(),
  );
  await expect(arriving.take(new Uint8Array(4), 0)).rejects.toThrow("full");
  await expect(arriving.take(new Uint8Array(10), 0)).rejects.toThrow("full");
  expect(writes).toBe(1);
  expect(arriving.missing()).toEqual({ start: 0, end: 10 });
});
