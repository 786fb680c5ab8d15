import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./launch-chromium.ts";
import { logIn, MiB, writeRandomFile } from "./page-driver.ts";
import { pngOf } from "./png-of.ts";
import { startStack } from "./start-stack.ts";

/** Draws the picture in the README: the page at work, in the middle of two uploads. */
const target = fileURLToPath(new URL("../../../docs/page.png", import.meta.url));

const folder = await mkdtemp(join(tmpdir(), "waybill-picture-"));
await using stack = await startStack();
const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: 1120, height: 1080 }, deviceScaleFactor: 2 });
await page.goto(stack.webUrl);
await logIn(page);
const input = page.getByTestId("file-input");
const file = (name: string, mimeType: string, buffer: Buffer) => ({ name, mimeType, buffer });
/** The sun above water, more or less. */
const harbour = pngOf({ width: 240, height: 160 }, (x, y) => {
  const light = Math.max(0, 1 - Math.hypot(x - 150, y - 80) / 150);
  const isWater = y > 95;
  const glitter = isWater && (y * 7 + x * 3) % 11 < 3 ? 40 : 0;
  if (!isWater && Math.hypot(x - 150, y - 80) < 22) return [255, 236, 190];
  return isWater
    ? [40 + 150 * light + glitter, 70 + 70 * light + glitter, 110 + glitter]
    : [90 + 165 * light, 110 + 70 * light, 160 - 60 * light];
});
const leaf = pngOf({ width: 200, height: 200 }, (x, y) =>
  Math.hypot(x - 100, (y - 100) * 1.6) < 80 ? [60 + y / 2, 150 - Math.abs(x - y) / 4, 70] : [236, 240, 225],
);
await input.setInputFiles([
  file("minutes of the meeting.pdf", "application/pdf", randomBytes(1.4 * MiB)),
  file("fern, first leaf.png", "image/png", leaf),
  file("harbour at dawn.png", "image/png", harbour),
]);
await page.getByTestId("stored-row").nth(2).waitFor();
const large = ["field recordings.zip", "interview, uncut.wav"].map((name) => join(folder, name));
for (const path of large) await writeRandomFile(path, 40 * MiB);
const network = await page.context().newCDPSession(page);
await network.send("Network.enable");
await network.send("Network.emulateNetworkConditions", {
  offline: false,
  latency: 0,
  downloadThroughput: -1,
  uploadThroughput: 7 * MiB,
});
await page.getByRole("button", { name: "Clear finished" }).click();
await input.setInputFiles([file("minutes, signed.pdf", "application/pdf", randomBytes(2.1 * MiB))]);
await page.getByTestId("stored-row").nth(3).waitFor();
await page.getByLabel("Route").selectOption("cloudfront");
await page.mouse.move(0, 0);
await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
await input.setInputFiles(large);
const bar = page.getByTestId("upload-row").filter({ hasText: "field recordings" }).getByRole("progressbar");
await page.waitForFunction(
  (element) => Number(element?.getAttribute("value") ?? element?.getAttribute("aria-valuenow")) > 0.5,
  await bar.elementHandle(),
  { timeout: 30_000 },
);
await mkdir(fileURLToPath(new URL(".", `file://${target}`)), { recursive: true });
await page.screenshot({ path: target });
await browser.close();
await rm(folder, { recursive: true });
console.log(`Wrote ${target}`);
