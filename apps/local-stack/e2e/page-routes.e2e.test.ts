import { randomBytes } from "node:crypto";
import type { Page } from "playwright";
import { beforeEach, expect, it } from "vitest";
import { drivePage } from "./page-driver.ts";
import { useStack } from "./use-stack.ts";

const used = useStack();
let page: Page;
beforeEach(async () => {
  page = await used.openPage();
  await page.getByLabel("Route").waitFor();
  return () => page.close();
});

const file = (name: string, sizeBytes: number, mimeType = "application/octet-stream") => ({
  name,
  mimeType,
  buffer: randomBytes(sizeBytes),
});
const pick = (...files: ReturnType<typeof file>[]) => page.getByTestId("file-input").setInputFiles(files);

it.each(["presigned", "lambda"])(
  "sends and fetches by %s when that is chosen, also after a reload",
  async (route) => {
    const { rowIn, storedRow } = drivePage(page);
    await page.getByLabel("Route").selectOption(route);
    await page.reload();
    await expect.poll(() => page.getByLabel("Route").inputValue()).toBe(route);
    const puts: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "PUT") puts.push(new URL(request.url()).origin);
    });
    await pick(file(`${route}.txt`, 1000));
    await rowIn(`${route}.txt`, "stored").getByText(`by ${route}`).waitFor();
    expect(new Set(puts).has(used.stack.apiUrl)).toBe(route === "lambda");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: `Download ${route}.txt` }).click(),
    ]);
    expect(new URL(download.url()).pathname.startsWith("/objects/")).toBe(route === "lambda");
    await storedRow(`${route}.txt`).getByText(`by ${route}`).waitFor();
  },
);

it("offers what the collection does, and says what it does not take before anything is sent", async () => {
  const { rowIn } = drivePage(page);
  const routes = () => page.getByLabel("Route").locator("option").allTextContents();
  expect(await routes()).toEqual(expect.arrayContaining(["auto", "presigned", "credentials", "lambda"]));
  const kept = page.getByText("Kept for 7 days, then removed.");
  await page.getByLabel("Collection").selectOption("temporary");
  await kept.waitFor();
  await page.getByLabel("Collection").selectOption("avatars");
  await kept.waitFor({ state: "detached" });
  expect(await routes()).not.toContain("credentials");
  let calls = 0;
  page.on("request", (request) => (calls += Number(request.url().includes("uploads."))));
  await pick(file("notes.txt", 10), file("large.png", 6 * 1024 ** 2, "image/png"));
  await rowIn("notes.txt", "failed").getByText("avatars takes image/png").waitFor();
  await rowIn("large.png", "failed").getByText("avatars takes at most 5.0 MiB").waitFor();
  expect(calls).toBe(0);
  await pick(file("me.png", 1000, "image/png"));
  await rowIn("me.png", "stored").waitFor();
});
