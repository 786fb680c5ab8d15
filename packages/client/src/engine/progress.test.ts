import { describe, expect, it } from "vitest";
import { createProgressMeter, type Progress } from "./progress.ts";

function meterOf(totalBytes: number) {
  const clock = { ms: 0 };
  const reports: Progress[] = [];
  const meter = createProgressMeter({
    totalBytes,
    nowMs: () => clock.ms,
    report: (progress) => reports.push(progress),
  });
  return {
    reports,
    at(ms: number, bytes: number) {
      clock.ms = ms;
      meter.update(bytes);
    },
  };
}

describe("createProgressMeter", () => {
  it("tells speed and time left of a steady transfer", () => {
    const meter = meterOf(10_000);
    for (let ms = 0; ms <= 5000; ms += 100) meter.at(ms, ms);
    expect(meter.reports.at(-1)).toEqual({
      transferredBytes: 5000,
      acknowledgedBytes: 5000,
      totalBytes: 10_000,
      bytesPerSecond: 1000,
      secondsLeft: 5,
    });
  });

  it("follows a change of speed within some seconds, and forgets a slow start sooner", () => {
    const meter = meterOf(1_000_000);
    meter.at(300, 1);
    for (let ms = 600; ms <= 3000; ms += 300) meter.at(ms, ms * 10);
    expect(meter.reports.at(-1)?.bytesPerSecond).toBeGreaterThan(9000);
    for (let ms = 3300; ms <= 15_000; ms += 300) meter.at(ms, 30_000 + (ms - 3000));
    expect(meter.reports.at(-1)?.bytesPerSecond).toBeLessThan(1300);
  });

  it("never goes back, and never says more than the whole", () => {
    const meter = meterOf(100);
    meter.at(0, 60);
    meter.at(100, 20);
    meter.at(200, 150);
    expect(meter.reports.map(({ transferredBytes }) => transferredBytes)).toEqual([60, 60, 100]);
  });

  it("reports the end of an empty transfer, once", () => {
    const meter = meterOf(0);
    meter.at(0, 0);
    meter.at(500, 0);
    expect(meter.reports).toEqual([
      { transferredBytes: 0, acknowledgedBytes: 0, totalBytes: 0, bytesPerSecond: 0, secondsLeft: 0 },
    ]);
  });
});
