import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Share } from "@waybill/core";
import { beforeAll, describe, expect, it } from "vitest";
import { drivePage, logIn } from "./page-driver.ts";
import { CLI } from "./start-stack.ts";
import { useStack } from "./use-stack.ts";

const PASSWORD = "correct horse";
const used = useStack();
let key: string;

beforeAll(async () => {
  const file = join(used.folder, "notes.txt");
  await writeFile(file, "shared");
  key = (await used.stack.waybill("put", file)).stdout.trim();
});

async function share(...options: string[]) {
  const { code, stdout } = await used.stack.waybill("share", key, "--json", ...options);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Share & { url: string };
}

describe("share links", () => {
  it("are made, listed and revoked from the command line, and opened by anybody", async () => {
    const { id, url } = await share("--expires-in", "never");
    expect(await (await fetch(url)).text()).toBe("shared");
    expect((await used.stack.waybill("shares")).stdout).toContain(`${id}  until revoked`);
    expect(await used.stack.waybill("unshare", id)).toMatchObject({ code: 0, stdout: `revoked ${id}\n` });
    expect((await fetch(url)).status).toBe(404);
    expect((await used.stack.waybill("shares", "--json")).stdout).toBe("");
    expect(await used.stack.waybill("unshare", id)).toMatchObject({ code: 1 });
    expect(await used.stack.waybill("share", key, "--expires-in", "11y")).toMatchObject({ code: 2 });
    expect(await used.stack.waybill("share", key, "--password")).toMatchObject({ code: 2 }); // nobody to ask
  });

  it("take a password from stdin, and count", async () => {
    const args = [CLI, "share", key, "--json", "--password-stdin", "--downloads", "1"];
    const child = spawn(process.execPath, args, { env: used.stack.env });
    child.stdin.end(`${PASSWORD}\n`);
    const [stdout] = await Promise.all([text(child.stdout), once(child, "exit")]);
    const { url, hasPassword, downloads } = JSON.parse(stdout) as Share & { url: string };
    expect({ hasPassword, downloads }).toEqual({ hasPassword: true, downloads: { count: 0, most: 1 } });
    const post = (password: string) =>
      fetch(url, { method: "POST", body: new URLSearchParams({ password }) });
    expect((await fetch(url)).status).toBe(403);
    expect(await (await post(PASSWORD)).text()).toBe("shared");
    expect((await post(PASSWORD)).status).toBe(410);
    expect((await used.stack.waybill("shares")).stdout).toContain("used up, 1 of 1, password");
    expect(used.stack.output()).not.toContain(new URL(url).pathname.slice(-24));
  });

  it("are made on the page, opened in a browser of somebody else's, and ended", async () => {
    const permissions = ["clipboard-read", "clipboard-write"];
    await using owner = await used.browser.newContext({ permissions });
    const page = await owner.newPage();
    const { button } = drivePage(page);
    await page.goto(used.stack.webUrl);
    await logIn(page);
    await button("Share notes.txt").click();
    const asked = page.getByRole("dialog", { name: "Share by a link" });
    await asked.getByLabel("Works for").selectOption("never");
    await asked.getByLabel("Password").fill("short");
    await asked.getByRole("button", { name: "Make link" }).click();
    expect(await asked.getByLabel("Password").evaluate((field) => field.matches(":invalid"))).toBe(true);
    await asked.getByLabel("Password").fill(PASSWORD);
    await asked.getByLabel("Number of downloads").fill("1");
    await asked.getByRole("button", { name: "Make link" }).click();
    await asked.getByRole("button", { name: "Copy" }).click();
    await asked.getByText("Copied.").waitFor();
    const url = await page.evaluate(() => navigator.clipboard.readText());
    expect(await asked.getByLabel("Link", { exact: true }).inputValue()).toBe(url);
    await page.keyboard.press("Escape");

    await using somebody = await used.browser.newContext();
    const guest = await somebody.newPage();
    const problems: string[] = [];
    guest.on("console", (message) => problems.push(message.text()));
    await guest.goto(url);
    await guest.getByLabel("Password").fill("wrong horse");
    await guest.keyboard.press("Enter");
    await guest.getByRole("alert").getByText("This is not the password.").waitFor();
    await guest.getByLabel("Password").fill(PASSWORD);
    const [download] = await Promise.all([
      guest.waitForEvent("download"),
      guest.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("notes.txt");
    expect(await readFile(await download.path(), "utf8")).toBe("shared");
    await guest.goto(url);
    await guest.getByRole("heading", { name: "This link has ended" }).waitFor();
    // No policy of the page was in its way.
    expect(problems.filter((problem) => !/status of 4(03|10)/.test(problem))).toEqual([]);

    await page.reload();
    await logIn(page);
    const row = page.getByTestId("share-row").filter({ hasText: "used up · 1 of 1 downloads · password" });
    await row.first().waitFor();
    const count = await row.count();
    await row.first().getByRole("button", { name: "End the link to notes.txt" }).click();
    await page
      .getByRole("dialog", { name: "End this link?" })
      .getByRole("button", { name: "End link" })
      .click();
    await expect.poll(() => row.count()).toBe(count - 1);
  });
});
