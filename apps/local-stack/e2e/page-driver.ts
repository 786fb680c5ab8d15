import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Page } from "playwright";

export const MiB = 1024 ** 2;

/** Log in, as whoever is at the browser would; done already where they were logged in before. */
export async function logIn(page: Page, name = "Alice"): Promise<void> {
  const account = page.getByTestId("account-name");
  const button = page.getByRole("button", { name: "Log in", exact: true });
  await account.or(button).filter({ visible: true }).waitFor();
  if (await button.isVisible()) {
    await button.click();
    const choice = page.getByRole("button", { name });
    await account.filter({ hasText: name }).or(choice).filter({ visible: true }).waitFor();
    if (await choice.isVisible()) await choice.click(); // else the provider knew who it was
  }
  await account.filter({ hasText: name }).waitFor();
}

/** What tests see of the page, and do with it. */
export function drivePage(page: Page) {
  // The page asks before it is left in the middle of an upload.
  page.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
  const button = (name: string) => page.getByRole("button", { name });
  const row = (name: string) => page.getByTestId("upload-row").filter({ hasText: name });
  return {
    button,
    row,
    rowIn: (name: string, state: string) => row(name).and(page.locator(`[data-state="${state}"]`)),
    storedRow: (name: string) => page.getByTestId("stored-row").filter({ hasText: name }),
    unfinishedRow: (name: string) => page.getByTestId("unfinished-row").filter({ hasText: name }),
    pick: (path: string) => page.getByTestId("file-input").setInputFiles(path),
    pickAgain: (path: string) => page.getByTestId("file-again-input").setInputFiles(path),
  };
}

/** Makes the page's uploads slow enough for something to happen in their middle. */
export async function limitUploads(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}

/** Which parts a page sends, and which of them the store has acknowledged. */
export function watchParts(page: Page) {
  const sent: number[] = [];
  const arrived: number[] = [];
  const arrivals: (() => void)[] = [];
  const partOf = (method: string, url: string) =>
    method === "PUT" ? Number(new URL(url).searchParams.get("partNumber") ?? 0) : 0;
  page.on("request", (request) => {
    const partNumber = partOf(request.method(), request.url());
    if (partNumber > 0) sent.push(partNumber);
  });
  page.on("response", (response) => {
    const partNumber = partOf(response.request().method(), response.url());
    if (partNumber === 0 || response.status() !== 200) return;
    arrived.push(partNumber);
    for (const tell of arrivals.splice(0)) tell();
  });
  return {
    sent,
    arrived,
    async untilArrived(count: number): Promise<void> {
      while (arrived.length < count) await new Promise<void>((resolve) => arrivals.push(resolve));
    },
  };
}

/** A file of bytes that nothing can guess, written piece by piece. */
export async function writeRandomFile(path: string, sizeBytes: number): Promise<void> {
  await using file = await open(path, "w");
  for (let left = sizeBytes; left > 0; left -= MiB) await file.write(randomBytes(Math.min(left, MiB)));
}

export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
