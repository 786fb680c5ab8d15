import { createWaybillClient, type WaybillClient } from "@waybill/client/node";
import { DownloadCookiesOutput, uriEncodeKey } from "@waybill/core";
import type { BrowserContext, Page } from "playwright";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import * as z from "zod/mini";
import { drivePage, logIn } from "./page-driver.ts";
import { pngOf } from "./png-of.ts";
import { tokenOf } from "./token-of.ts";
import { useStack } from "./use-stack.ts";

const used = useStack();
let alice: WaybillClient;
let bob: WaybillClient;
let bobsToken: string;
/** A browser that has no cookies yet, at the page, where nobody has logged in. */
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const { stack } = used;
  alice = createWaybillClient({ url: stack.apiUrl, token: stack.token });
  bobsToken = await tokenOf(stack.issuerUrl, "bob");
  bob = createWaybillClient({ url: stack.apiUrl, token: bobsToken });
});
afterAll(async () => {
  alice[Symbol.dispose]();
  bob[Symbol.dispose]();
});
beforeEach(async () => {
  context = await used.browser.newContext();
  page = await context.newPage();
  await page.goto(used.stack.webUrl);
  return () => context.close();
});

/** @returns where it is, without anything signed */
async function plainUrl(
  client: WaybillClient,
  fileName: string,
  bytes: Buffer<ArrayBuffer>,
): Promise<string> {
  const { key } = await client.upload(new Blob([bytes]).stream(), { fileName, contentType: "image/png" });
  const origin = `http://127.0.0.1:${used.stack.env["WAYBILL_CLOUDFRONT_PORT"]}`;
  return `${origin}/${uriEncodeKey(key)}`;
}

/** As an application's own page would, with our client or without. */
async function openFolder(input: { prefix?: string }, token = used.stack.token) {
  const url = `${used.stack.apiUrl}/downloads.cookies`;
  const answer = await page.evaluate(
    async ([to, bearer, body]) => {
      const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
      const response = await fetch(to, { method: "POST", headers, body, credentials: "include" });
      return response.json() as Promise<unknown>;
    },
    [url, token, JSON.stringify(input)] as const,
  );
  return z.object({ result: z.object({ data: DownloadCookiesOutput }) }).parse(answer).result.data;
}

/** @returns how wide it is, and 0 for what was not shown */
const show = (url: string) =>
  page.evaluate(async (src) => {
    const image = new Image();
    image.src = src;
    await image.decode().catch(() => {});
    return image.naturalWidth;
  }, url);

const get = (url: string, headers: Record<string, string> = {}) =>
  page.evaluate(
    async ([from, sent]) => {
      // What an <img> has left in the cache has come without CORS.
      const init = { headers: sent, credentials: "include", cache: "no-store" } as const;
      const response = await fetch(from, init);
      const bytes = Array.from(new Uint8Array(await response.arrayBuffer()));
      return { status: response.status, range: response.headers.get("content-range"), bytes };
    },
    [url, headers] as const,
  );

/** What is answered to one who sends the cookies of another place, as no browser does. */
async function statusWithCookies(url: string, { of }: { of: string }): Promise<number> {
  const cookies = await context.cookies(of);
  expect(cookies).toHaveLength(4);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  expect((await fetch(of, { headers: { cookie } })).status).toBe(200);
  return (await fetch(url, { headers: { cookie } })).status;
}

it("cookies show all pictures of a folder by plain URLs, also a piece of one, and nothing of anybody else's", async () => {
  const [wide, narrow, foreign] = [
    pngOf({ width: 3, height: 1 }),
    pngOf({ width: 2, height: 1 }),
    pngOf({ width: 1, height: 1 }),
  ];
  const [first, second, bobs] = await Promise.all([
    plainUrl(alice, "wide é ☂ (1).png", wide),
    plainUrl(alice, "narrow.png", narrow),
    plainUrl(bob, "bob's.png", foreign),
  ]);
  expect([await show(first), await show(second), await show(bobs)]).toEqual([0, 0, 0]);

  await openFolder({});
  expect([await show(first), await show(second), await show(bobs)]).toEqual([3, 2, 0]);
  expect(await get(second)).toEqual({ status: 200, range: null, bytes: Array.from(narrow) });
  expect(await get(first, { range: "bytes=1-3" })).toEqual({
    status: 206,
    range: `bytes 1-3/${wide.length}`,
    bytes: Array.from(wide.subarray(1, 4)),
  });
  await expect(get(bobs)).rejects.toThrow("Failed to fetch"); // a refusal of CloudFront's own is for no page
  expect(await statusWithCookies(bobs, { of: first })).toBe(403);
});

it("cookies of a folder open that one alone", async () => {
  const urls = await Promise.all(
    ["in.png", "out.png"].map((name) => plainUrl(alice, name, pngOf({ width: 2, height: 1 }))),
  );
  const [inside = "", outside = ""] = urls;
  const path = new URL(inside).pathname;
  const { url } = await openFolder({ prefix: path.slice(1, path.lastIndexOf("/") + 1) });
  expect(inside.startsWith(url)).toBe(true);
  expect([await show(inside), await show(outside)]).toEqual([2, 0]);
});

it("cookies of somebody else open nothing of one's own", async () => {
  const [mine, bobs] = await Promise.all([
    plainUrl(alice, "one.png", pngOf({ width: 2, height: 1 })),
    plainUrl(bob, "one.png", pngOf({ width: 2, height: 1 })),
  ]);
  await openFolder({}, bobsToken);
  expect([await show(mine), await show(bobs)]).toEqual([0, 2]);
  expect(await statusWithCookies(mine, { of: bobs })).toBe(403);
});

it("no script can read the cookies, at the very path that they are for", async () => {
  await openFolder({});
  const kept = await context.cookies(`${used.stack.webUrl}/files/alice/x`);
  expect(kept).toHaveLength(4);
  for (const { httpOnly, secure, sameSite, path } of kept)
    expect({ httpOnly, secure, sameSite, path }).toEqual({
      httpOnly: true,
      secure: true,
      sameSite: "Lax",
      path: "/files/alice/",
    });
  // Cookies know no ports: the page's own server would be sent them there.
  const sent = page.waitForRequest((request) => request.url().endsWith("/files/alice/x"));
  await page.goto(`${used.stack.webUrl}/files/alice/x`);
  expect(await (await sent).headerValue("cookie")).toContain("CloudFront-Signature=");
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

it("a page among the files runs nothing where cookies show it, whatever its type is asked to be", async () => {
  const html = Buffer.from(`<title>stored</title><script>document.title = "ran"; fetch("/ran")</script>`);
  const url = await plainUrl(alice, "page.png", html);
  await openFolder({});
  let hasRun = false;
  page.on("request", (request) => (hasRun ||= request.url().endsWith("/ran")));
  await page.goto(`${url}?response-content-type=text%2Fhtml&response-content-disposition=inline`);
  expect([await page.title(), hasRun]).toEqual(["stored", false]);
});

it("the page shows one's pictures in its list, and an icon for what is none", async () => {
  const { storedRow } = drivePage(page);
  await logIn(page);
  const file = (name: string, mimeType: string, buffer: Buffer) => ({ name, mimeType, buffer });
  await page
    .getByTestId("file-input")
    .setInputFiles([
      file("harbour.png", "image/png", pngOf({ width: 40, height: 1 })),
      file("broken.png", "image/png", Buffer.from("none")),
      file("notes.txt", "text/plain", Buffer.from("notes")),
    ]);
  const widthIn = async (name: string) => {
    await storedRow(name).scrollIntoViewIfNeeded(); // only what is to be seen is fetched
    const image = storedRow(name).locator("img");
    return image.evaluate(({ hidden, naturalWidth }: HTMLImageElement) => (hidden ? 0 : naturalWidth));
  };
  await storedRow("harbour.png").waitFor();
  await expect.poll(() => widthIn("harbour.png")).toBe(40);
  await page.reload();
  await storedRow("notes.txt").waitFor();
  await expect.poll(() => widthIn("harbour.png")).toBe(40);
  expect([await widthIn("broken.png"), await widthIn("notes.txt")]).toEqual([0, 0]);
});
