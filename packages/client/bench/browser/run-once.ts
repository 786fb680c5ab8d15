import type { Browser, Page } from "playwright";
import * as z from "zod/mini";
import { browserUsage } from "./browser-usage.ts";
import type { ClientName } from "./clients.ts";

/** What one client took for one upload of all files. */
export interface PageSample {
  seconds: number;
  cpuSeconds: number;
  peakMiB: number;
}

const LIMIT_MS = 180_000;

/**
 * One client in a new profile, so that it finds no connection, no cache and no code of an earlier one: its page
 * is loaded and at rest before files are chosen, and what is measured begins with the upload.
 */
export async function runOnce(
  browser: Browser,
  options: { origin: string; client: ClientName; files: readonly string[] },
): Promise<PageSample> {
  await using profile = await browser.newContext();
  const page = await profile.newPage();
  const timer = setTimeout(() => void page.close(), LIMIT_MS);
  try {
    return await measure(browser, page, options);
  } catch (cause) {
    throw new Error(`${options.client} failed, or took more than ${LIMIT_MS / 1000} s.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

async function measure(
  browser: Browser,
  page: Page,
  { origin, client, files }: Parameters<typeof runOnce>[1],
): Promise<PageSample> {
  await page.goto(origin);
  await page.waitForFunction(() => window.bench !== undefined);
  await page.evaluate((name) => window.bench?.open(name), client);
  await page.waitForLoadState("networkidle");
  await page.setInputFiles("#file", files);
  const session = await browser.newBrowserCDPSession();
  const before = await browserUsage(session);
  const ms = z.number().parse(await page.evaluate(() => window.bench?.upload()));
  const { cpuSeconds, peakMiB } = await browserUsage(session);
  await session.detach();
  return { seconds: ms / 1000, cpuSeconds: cpuSeconds - before.cpuSeconds, peakMiB };
}
