import { readFile } from "node:fs/promises";
import type { CDPSession } from "playwright";

interface BrowserUsage {
  /** Of all of its processes so far. */
  cpuSeconds: number;
  /** The largest resident set that any process of a page has had. */
  peakMiB: number;
}

/** What a whole Chromium has used. @param browser - a session with it, not with one of its pages */
export async function browserUsage(browser: CDPSession): Promise<BrowserUsage> {
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer");
  return {
    cpuSeconds: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    peakMiB: Math.max(...(await Promise.all(pages.map(({ id }) => peakMiBOf(id))))),
  };
}

async function peakMiBOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""); // it may just have ended
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}
