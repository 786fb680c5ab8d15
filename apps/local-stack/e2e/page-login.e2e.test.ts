import { join } from "node:path";
import type { BrowserContext, Page } from "playwright";
import { beforeEach, describe, expect, it } from "vitest";
import { drivePage, limitUploads, logIn, MiB, watchParts, writeRandomFile } from "./page-driver.ts";
import { startStack } from "./start-stack.ts";
import { useStack } from "./use-stack.ts";

const used = useStack();
let context: BrowserContext;

beforeEach(async () => {
  context = await used.browser.newContext();
  return () => context.close();
});

async function openPage(url = used.stack.webUrl): Promise<Page> {
  const page = await context.newPage();
  drivePage(page);
  await page.goto(url);
  return page;
}

const loginButton = (page: Page) => page.getByRole("button", { name: "Log in", exact: true });
const logOut = (page: Page) => page.getByRole("button", { name: "Log out" }).click();

async function newFile(name: string, sizeBytes: number): Promise<string> {
  const path = join(used.folder, name);
  await writeRandomFile(path, sizeBytes);
  return path;
}

describe("logging in to the page", () => {
  it("leads to the provider and back, and leaves no token where a script could find it later", async () => {
    const page = await openPage();
    const problems: string[] = [];
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    const tokens: string[] = [];
    page.on("response", async (response) => {
      if (!response.url().endsWith("/token") || response.request().method() !== "POST") return;
      const answer = (await response.json()) as Record<string, string>;
      tokens.push(...["access_token", "refresh_token", "id_token"].map((name) => answer[name] ?? ""));
    });
    await expect.poll(() => page.getByTestId("file-input").isVisible()).toBe(false);
    await loginButton(page).click();
    await page.getByRole("heading", { name: "Log in to Waybill" }).waitFor();
    await page.getByRole("button", { name: "Alice" }).click();
    await page.getByTestId("account-name").filter({ hasText: "Alice" }).waitFor();
    expect(page.url()).toBe(`${used.stack.webUrl}/`);
    await expect.poll(() => tokens.length).toBe(3);
    const kept = await page.evaluate(async () => {
      const databases = (await indexedDB.databases()).map(({ name }) => name);
      return JSON.stringify([localStorage, sessionStorage, document.cookie, databases]);
    });
    for (const token of tokens) expect(kept).not.toContain(token);
    expect(problems).toEqual([]);
  });

  it("lasts over a reload and in other tabs, without a question, and ends in all of them", async () => {
    const first = await openPage();
    await logIn(first);
    await first.reload();
    await first.getByTestId("account-name").filter({ hasText: "Alice" }).waitFor();
    const second = await openPage();
    await second.getByTestId("account-name").filter({ hasText: "Alice" }).waitFor();
    await logOut(first);
    await loginButton(first).waitFor();
    await loginButton(second).waitFor();
    await first.reload();
    await loginButton(first).waitFor();
    // At the provider too: somebody else can log in.
    await logIn(first, "Bob");
    expect(await first.getByTestId("account-name").textContent()).toBe("Bob");
  });

  it("may be cancelled, which is said once", async () => {
    const page = await openPage();
    await loginButton(page).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("alert").filter({ hasText: "The login was cancelled." }).waitFor();
    await page.reload();
    await loginButton(page).waitFor();
    expect(await page.getByText("The login was cancelled.").count()).toBe(0);
    await loginButton(page).click();
    await page.getByRole("button", { name: "Alice" }).waitFor();
    await page.goBack();
    await loginButton(page).waitFor();
  });

  it("is asked for again when the provider has forgotten it", async () => {
    const page = await openPage();
    await logIn(page);
    await context.clearCookies();
    await page.reload();
    await loginButton(page).waitFor();
    expect(await page.getByRole("alert").filter({ visible: true }).count()).toBe(0);
    await logIn(page);
  });
});

describe("the page of somebody", () => {
  it("shows nothing of whoever used the browser before, and has it again for them", async () => {
    const page = await openPage();
    await logIn(page, "Alice");
    const { pick, storedRow, unfinishedRow } = drivePage(page);
    await pick(await newFile("alices.txt", 10));
    await storedRow("alices.txt").waitFor();
    const parts = watchParts(page);
    await limitUploads(page, 8 * MiB);
    await pick(await newFile("alices.bin", 48 * MiB));
    await parts.untilArrived(1);
    await logOut(page);
    await limitUploads(page, -1);
    await logIn(page, "Bob");
    await page.getByText("Nothing is stored yet.").waitFor();
    expect(await unfinishedRow("alices.bin").count()).toBe(0);
    await pick(await newFile("bobs.txt", 10));
    await storedRow("bobs.txt").waitFor();
    expect(await storedRow("alices.txt").count()).toBe(0);
    await logOut(page);
    await logIn(page, "Alice");
    await storedRow("alices.txt").waitFor();
    await unfinishedRow("alices.bin").waitFor();
    expect(await storedRow("bobs.txt").count()).toBe(0);
  });

  it("renews its tokens in the middle of an upload, and says when that is no longer possible", async () => {
    await using hasty = await startStack({ variables: { WAYBILL_OIDC_TOKEN_SECONDS: "4" } });
    const page = await openPage(hasty.webUrl);
    await logIn(page);
    const { pick, rowIn, storedRow } = drivePage(page);
    const renewals: number[] = [];
    page.on("response", (response) => {
      if (response.url().endsWith("/token") && response.request().method() === "POST")
        renewals.push(response.status());
    });
    await limitUploads(page, 4 * MiB);
    await pick(await newFile("long.bin", 48 * MiB)); // three lives of a token
    await storedRow("long.bin").waitFor({ timeout: 60_000 });
    expect(renewals.length).toBeGreaterThan(0); // only when there is something to ask the API
    expect(new Set(renewals)).toEqual(new Set([200]));

    // Somebody logs out at the provider, in another tab.
    const other = await context.newPage();
    await other.goto(`${hasty.issuerUrl}/session/end`);
    await other.getByRole("button", { name: "Log out" }).click();
    await other.getByRole("heading", { name: "You are logged out" }).waitFor();
    await pick(await newFile("late.bin", 48 * MiB));
    await page.getByText("Your login has ended. What has arrived is kept").waitFor({ timeout: 60_000 });
    await rowIn("late.bin", "failed").getByText("Your login has ended. Please log in again.").waitFor();
    expect(await storedRow("long.bin").count()).toBe(1);
    await page.getByRole("button", { name: "Log in again" }).click();
    await page.getByRole("button", { name: "Alice" }).click();
    await drivePage(page).unfinishedRow("late.bin").waitFor();
  });
});
