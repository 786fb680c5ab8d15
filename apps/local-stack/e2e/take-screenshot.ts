import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./launch-chromium.ts";
import { logIn } from "./page-driver.ts";
import { startStack } from "./start-stack.ts";

/** Draws the picture in the README: the page at work, in the middle of an upload. */
const target = fileURLToPath(new URL("../../../docs/page.png", import.meta.url));
const MiB = 1024 ** 2;

await using stack = await startStack();
const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: 1120, height: 960 }, deviceScaleFactor: 2 });
await page.goto(stack.webUrl);
await logIn(page);
const input = page.getByTestId("file-input");
const file = (name: string, mimeType: string, size: number) => ({
  name,
  mimeType,
  buffer: randomBytes(size),
});
await input.setInputFiles([
  file("minutes of the meeting.pdf", "application/pdf", 1.4 * MiB),
  file("harbour at dawn.jpg", "image/jpeg", 6 * MiB),
]);
await page.getByTestId("stored-row").nth(1).waitFor();
const network = await page.context().newCDPSession(page);
await network.send("Network.enable");
await network.send("Network.emulateNetworkConditions", {
  offline: false,
  latency: 0,
  downloadThroughput: -1,
  uploadThroughput: 7 * MiB,
});
await input.setInputFiles([file("field recordings.zip", "application/zip", 48 * MiB)]);
const bar = page.getByTestId("upload-row").filter({ hasText: "field recordings" }).getByRole("progressbar");
await page.waitForFunction(
  (element) => Number(element?.getAttribute("value") ?? element?.getAttribute("aria-valuenow")) > 0.5,
  await bar.elementHandle(),
  { timeout: 30_000 },
);
await mkdir(fileURLToPath(new URL(".", `file://${target}`)), { recursive: true });
await page.screenshot({ path: target });
await browser.close();
console.log(`Wrote ${target}`);
