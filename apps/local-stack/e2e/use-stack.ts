import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "./launch-chromium.ts";
import { logIn } from "./page-driver.ts";
import { startStack, type Stack } from "./start-stack.ts";

interface Opened {
  readonly stack: Stack;
  readonly browser: Browser;
  /** For files of the tests' own. */
  readonly folder: string;
  /** The page, with Alice logged in. */
  openPage(): Promise<Page>;
}

/** A stack and a browser for the tests of one file, there while they run. */
export function useStack(): Opened {
  let stack: Stack;
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    [stack, browser, folder] = await Promise.all([
      startStack(),
      launchChromium(),
      mkdtemp(join(tmpdir(), "waybill-e2e-")),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  return {
    get stack() {
      return stack;
    },
    get browser() {
      return browser;
    },
    get folder() {
      return folder;
    },
    async openPage() {
      const page = await browser.newPage();
      await page.goto(stack.webUrl);
      await logIn(page);
      return page;
    },
  };
}
