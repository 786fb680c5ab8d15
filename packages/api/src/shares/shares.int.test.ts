import { randomBytes, scryptSync } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { CreateShareInput } from "@waybill/core";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod/mini";
import { defineCollections } from "../collections/define-collections.ts";
import { openApi } from "../testing/open-api.ts";
import { refusedWith } from "../testing/refused-with.ts";
import { answerShareRequest } from "./answer-share-request.ts";

const DAY_MS = 24 * 3600_000;
const PASSWORD = "correct horse";
const alice = { id: "alice", scopes: ["team"] };
const bob = { id: "alice2", scopes: [] };
const sweeper = { id: "worker", scopes: ["uploads:sweep"] };

const expiresIn = { upload: 60, download: 3600, defaultDownload: 60 };
/** Who has lost what they might do. */
const banned = new Set<string>();
const collections = defineCollections({
  files: {
    who: ({ principal, owner }) => principal.id === owner && !banned.has(owner),
    maxBytes: 1024,
    routes: ["presigned"],
    expiresIn,
  },
  team: {
    who: ({ principal }) => principal.scopes.includes("team"),
    owner: () => "all",
    maxBytes: 1024,
    routes: ["presigned"],
    expiresIn,
  },
});

let api: Awaited<ReturnType<typeof openApi>>;
let stored = 0;

beforeAll(async () => {
  api = await openApi({ collections });
});
afterEach(() => {
  api.clock.aheadMs = 0;
  api.faults.removeAll();
  banned.clear();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

async function store(text: string, key = `files/alice/${++stored}/the file.txt`): Promise<string> {
  const { client, bucket: Bucket } = api.direct;
  await client.send(new PutObjectCommand({ Bucket, Key: key, Body: text }));
  return key;
}

async function share(options: Partial<z.input<typeof CreateShareInput>> = {}, sharer = alice) {
  const key = options.key ?? (await store("shared"));
  const { share: made, path } = await api.as(sharer).shares.create({ ...options, key });
  return { ...made, path };
}

async function follow(
  path: string,
  options: { method?: string; password?: string; accept?: string; deps?: typeof api.deps } = {},
): Promise<Response> {
  const {
    password,
    method = password === undefined ? "GET" : "POST",
    accept = "text/html",
    deps = api.deps,
  } = options;
  const errors: unknown[] = [];
  const response = await answerShareRequest(
    { deps, requestId: "test" },
    new Request(new URL(path, "https://api.example.com"), {
      method,
      headers: { accept },
      ...(password === undefined ? {} : { body: new URLSearchParams({ password }) }),
    }),
    (error) => errors.push(error),
  );
  expect(response.status === 503).toBe(errors.length > 0);
  return response;
}

const statusOf = async (...args: Parameters<typeof follow>) => (await follow(...args)).status;
const countOf = async ({ id }: { id: string }) =>
  (await api.as(alice).shares.list({})).shares.find((one) => one.id === id)?.downloads?.count;

/** What the store keeps of a share; `change` puts something else in its place. */
async function recordOf({ id }: { id: string }, change?: (record: Record<string, unknown>) => object) {
  const { client, bucket: Bucket } = api.direct;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: ".waybill/" }));
  const Key = Contents.find(({ Key: key }) => key?.endsWith(`/${id}.json`))?.Key ?? "";
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  const text = (await Body?.transformToString()) ?? "";
  if (change !== undefined) {
    const changed = JSON.stringify(change(JSON.parse(text) as Record<string, unknown>));
    await client.send(new PutObjectCommand({ Bucket, Key, Body: changed }));
  }
  return { Key, text };
}

/** A password of which many can be tried in a test; hashed by another implementation. */
async function shareWithQuickPassword(options: { maxDownloads?: number } = {}) {
  const made = await share({ ...options, password: PASSWORD });
  const salt = randomBytes(16);
  const cost = { N: 2, r: 1, p: 1 };
  const hash = scryptSync(PASSWORD, salt, 32, cost).toString("base64url");
  const password = { algorithm: "scrypt", ...cost, salt: salt.toString("base64url"), hash };
  await recordOf(made, (record) => ({ ...record, password }));
  return made;
}

describe("a share link", () => {
  it("leads whoever has it to the object for a minute, and tells nobody else", async () => {
    const { id, path, expiresAt } = await share();
    expect(Date.parse(expiresAt ?? "") - Date.now()).toBeGreaterThan(29 * DAY_MS);
    const response = await follow(path);
    expect(response.status).toBe(302);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    const url = new URL(response.headers.get("location") ?? "");
    expect(url.searchParams.get("X-Amz-Expires")).toBe("60");
    const object = await fetch(url);
    expect(await object.text()).toBe("shared");
    expect(object.headers.get("content-disposition")).toContain("the file.txt");
    // Nothing that the store keeps is enough for a link.
    const { Key, text } = await recordOf({ id });
    expect(Key + text).not.toContain(path.slice(-24));
  });

  it("is no link any more with one letter changed, left out or added", async () => {
    const { path, id } = await share();
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: path.length - 1 }),
        fc.constantFrom("", ...letters.split(""), "%2e", "/", "."),
        async (at, letter) => {
          fc.pre(path[at] !== letter);
          expect(await statusOf(path.slice(0, at) + letter + path.slice(at + 1))).toBe(404);
        },
      ),
    );
    for (const other of [
      `/s/${id}`,
      "/s/",
      `${path}A`,
      `/s/${"A".repeat(40)}`,
      `/s/${path.slice(3, 19)}${id}AA`,
    ])
      expect(await statusOf(other)).toBe(404);
  });

  it("ends when it is revoked, and is then as if it had never been", async () => {
    const { path, id } = await share();
    expect(await api.as(alice).shares.revoke({ id })).toEqual({ id, revoked: true });
    expect(await statusOf(path)).toBe(404);
    await expect(api.as(alice).shares.revoke({ id })).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
  });

  it("ends at its hour and not before, or never", async () => {
    const { id, path, createdAt } = await share({ expiresIn: 3600 });
    const forever = await share({ expiresIn: null });
    const ahead = async (ms: number) => {
      api.clock.aheadMs = Date.parse(createdAt) + ms - Date.now();
      return [await statusOf(path), await statusOf(forever.path)];
    };
    expect(await ahead(3590_000)).toEqual([302, 302]);
    expect(await ahead(3600_000)).toEqual([410, 302]);
    expect(await ahead(3650 * DAY_MS)).toEqual([410, 302]);
    const { shares } = await api.as(alice).shares.list({});
    expect(shares.find((one) => one.id === forever.id)?.state).toBe("open");
    expect(shares.find((one) => one.id === id)?.state).toBe("expired");
  });

  it("is for the object that was shared, and for no other under its key", async () => {
    const { id, path, key } = await share();
    const state = async () =>
      (await api.as(alice).shares.list({})).shares.find((one) => one.id === id)?.state;
    await store("something else", key);
    expect([await statusOf(path), await state()]).toEqual([410, "gone"]);
    await store("shared", key);
    expect([await statusOf(path), await state()]).toEqual([302, "open"]);
    await api.direct.client.send(new DeleteObjectCommand({ Bucket: api.direct.bucket, Key: key }));
    expect(await statusOf(path)).toBe(410);
  });

  it("gives no more than its sharer may at the moment", async () => {
    const { path } = await share();
    const ofTeam = await share({ key: await store("ours", "team/all/x/y.txt") });
    expect([await statusOf(path), await statusOf(ofTeam.path)]).toEqual([302, 302]);
    banned.add("alice");
    expect([await statusOf(path), await statusOf(ofTeam.path)]).toEqual([410, 302]);
    const { files } = collections;
    expect(await statusOf(ofTeam.path, { deps: { ...api.deps, collections: { files } } })).toBe(410);
  });

  it("is made by nobody who may not read the object", async () => {
    const key = await store("alice's");
    const refused = refusedWith("OBJECT_NOT_FOUND");
    await expect(share({ key }, bob)).rejects.toEqual(refused);
    await expect(share({ key: "files/alice/none/none" })).rejects.toEqual(refused);
    await expect(share({ key: (await recordOf(await share())).Key })).rejects.toEqual(refused);
    await expect(api.as(undefined).shares.create({ key })).rejects.toEqual(refusedWith("UNAUTHENTICATED"));
  });
});

describe("shares", () => {
  it("are seen and revoked by who made them alone, whatever they are called", async () => {
    const name = fc.oneof(
      fc.constantFrom("alice", "alice2", "../alice", "a/b", "%", "\ud800", "\ud801"),
      fc.string({ minLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(name, name, async (one, other) => {
        fc.pre(one !== other);
        const [first, second] = [one, other].map((id) => ({ id, scopes: ["team"] }));
        if (first === undefined || second === undefined) return;
        const key = await store("ours", "team/all/x/y.txt");
        const { id, path } = await share({ key }, first);
        const seenBy = async (who: typeof alice) =>
          (await api.as(who).shares.list({})).shares.map(({ id: seen }) => seen);
        expect(await seenBy(first)).toContain(id);
        expect(await seenBy(second)).not.toContain(id);
        await expect(api.as(second).shares.revoke({ id })).rejects.toEqual(refusedWith("OBJECT_NOT_FOUND"));
        expect(await statusOf(path)).toBe(302);
      }),
      { numRuns: 25 },
    );
  });

  it("are listed page by page, and not hidden by what is none", async () => {
    const carol = { id: "carol", scopes: ["team"] };
    const key = await store("ours", "team/all/x/y.txt");
    const made = [
      await share({ key }, carol),
      await share({ key, maxDownloads: 3, expiresIn: null }, carol),
      await share({ key }, carol),
    ];
    await recordOf(made[0] ?? { id: "" }, () => ({ version: 99 }));
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api.as(carol).shares.list({ limit: 1, cursor });
      ids.push(...page.shares.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(ids.toSorted()).toEqual([made[1]?.id, made[2]?.id].toSorted());
    const { shares } = await api.as(carol).shares.list({});
    expect(shares.find(({ id }) => id === made[1]?.id)).toMatchObject({
      key,
      fileName: "y.txt",
      expiresAt: null,
      hasPassword: false,
      downloads: { count: 0, most: 3 },
      state: "open",
    });
  });

  it("are removed a month after they have expired, by the worker alone", async () => {
    const { id, createdAt } = await share({ expiresIn: 60 });
    const forever = await share({ expiresIn: null });
    await expect(api.as(alice).shares.sweep({})).rejects.toEqual(refusedWith("FORBIDDEN"));
    const left = async (ms: number) => {
      api.clock.aheadMs = Date.parse(createdAt) + ms - Date.now();
      let cursor: string | undefined;
      do {
        cursor = (await api.as(sweeper).shares.sweep({ cursor })).cursor;
      } while (cursor !== undefined);
      const { shares } = await api.as(alice).shares.list({});
      return [id, forever.id].map((one) => shares.some((other) => other.id === one));
    };
    expect(await left(30 * DAY_MS)).toEqual([true, true]);
    expect(await left(30 * DAY_MS + 61_000)).toEqual([false, true]);
  });
});

describe("a link with a number of downloads", () => {
  it("counts who asks for the file, and nobody who only looks", async () => {
    const made = await share({ maxDownloads: 2 });
    const page = await follow(made.path);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<bdi>the file.txt</bdi> <span>6 B</span>");
    expect(await statusOf(made.path, { method: "HEAD" })).toBe(200);
    expect(await statusOf(made.path, { accept: "*/*" })).toBe(403);
    expect(await countOf(made)).toBe(0);
    const response = await follow(made.path, { method: "POST" });
    expect(response.status).toBe(303);
    expect(await (await fetch(response.headers.get("location") ?? "")).text()).toBe("shared");
    expect(await statusOf(made.path, { method: "POST" })).toBe(303);
    for (const method of ["GET", "HEAD", "POST"]) expect(await statusOf(made.path, { method })).toBe(410);
    expect(await countOf(made)).toBe(2);
  });

  it("is opened exactly as often when many open it at once, and conflicts and lost answers come between", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 12 }),
        fc
          .array(fc.constantFrom("ConditionalRequestConflict", "PreconditionFailed", "SlowDown" as const), {
            maxLength: 4,
          })
          // The SDK tries three times: whoever is told so as often hears that the store is busy.
          .filter((codes) => codes.filter((code) => code === "SlowDown").length < 3),
        async (most, openers, codes) => {
          const made = await share({ maxDownloads: most });
          for (const code of codes)
            api.faults.inject({
              match: { operation: "PutObject", key: { prefix: ".waybill/" } },
              count: 1,
              action: { kind: "error", code },
            });
          const statuses = await Promise.all(
            Array.from({ length: openers }, () => statusOf(made.path, { method: "POST" })),
          );
          expect(statuses.filter((status) => status === 303)).toHaveLength(Math.min(most, openers));
          expect(statuses.filter((status) => status === 410)).toHaveLength(Math.max(0, openers - most));
          expect(await countOf(made)).toBe(Math.min(most, openers));
        },
      ),
      { numRuns: 8 },
    );
  });

  it("loses no download with the answer to its counting", async () => {
    const made = await share({ maxDownloads: 1 });
    api.faults.inject({
      match: { operation: "PutObject", key: { prefix: ".waybill/" } },
      count: 1,
      action: { kind: "loseAnswer" },
    });
    expect(await statusOf(made.path, { method: "POST" })).toBe(303);
    expect(await statusOf(made.path, { method: "POST" })).toBe(410);
    expect(await countOf(made)).toBe(1);
  });

  it("stays revoked when it is opened at the same moment", async () => {
    const made = await share({ maxDownloads: 5 });
    const fault = api.faults.inject({
      match: { operation: "PutObject", key: { prefix: ".waybill/" } },
      count: 1,
      action: { kind: "stall" },
    });
    const opening = statusOf(made.path, { method: "POST" });
    await fault.waitForHit();
    await api.as(alice).shares.revoke({ id: made.id });
    fault.remove();
    expect(await opening).toBe(404);
    expect(await statusOf(made.path)).toBe(404);
  });

  it("is not made where the store ignores conditions", async () => {
    const using = api.deps.store;
    const { send } = using;
    using.send = ({ headers, ...request }) => {
      const heeded = Object.entries(headers ?? {}).filter(([name]) => name !== "if-match");
      return send({ ...request, headers: Object.fromEntries(heeded) });
    };
    try {
      const key = await store("shared");
      const before = (await api.as(alice).shares.list({})).shares.length;
      await expect(share({ key, maxDownloads: 1 })).rejects.toEqual(refusedWith("STORAGE_DENIED"));
      expect((await api.as(alice).shares.list({})).shares).toHaveLength(before);
      expect(await statusOf((await share({ key })).path)).toBe(302);
    } finally {
      using.send = send;
    }
  });
});

describe("a link with a password", () => {
  it("tells nothing before it, and leads to the object with it", async () => {
    const made = await share({ password: `${PASSWORD} e\u0301` });
    const page = await follow(made.path);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('type="password"');
    expect(html).not.toContain("the file");
    expect(await statusOf(made.path, { method: "HEAD" })).toBe(200);
    expect(await statusOf(made.path, { method: "POST" })).toBe(403);
    const wrong = await follow(made.path, { password: `${PASSWORD} e` });
    expect(wrong.status).toBe(403);
    expect(await wrong.text()).toContain("This is not the password.");
    const right = await follow(made.path, { password: `${PASSWORD} \u00e9` });
    expect(right.status).toBe(303);
    expect(await (await fetch(right.headers.get("location") ?? "")).text()).toBe("shared");
    expect((await recordOf(made)).text).not.toContain(PASSWORD);
  });

  it("lets ten passwords be tried in an hour, however many come at once", async () => {
    const made = await shareWithQuickPassword({ maxDownloads: 3 });
    expect(await statusOf(made.path, { password: PASSWORD })).toBe(303); // which is no attempt
    const tried = await Promise.all(
      Array.from({ length: 16 }, (_, index) => statusOf(made.path, { password: `wrong ${index}` })),
    );
    expect(tried.filter((status) => status === 403)).toHaveLength(10);
    const late = await follow(made.path, { password: PASSWORD });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(3500);
    api.clock.aheadMs = 3600_000;
    expect(await statusOf(made.path, { password: PASSWORD })).toBe(303);
    expect(await countOf(made)).toBe(2);
  });
});

describe("the page of a link", () => {
  it("has no script, nothing from elsewhere, and a file's name as text", async () => {
    const key = await store("x", "files/alice/n/<img src=x onerror='alert(1)'> &amp;.txt");
    const response = await follow((await share({ key, maxDownloads: 1 })).path);
    const html = await response.text();
    expect(html).toContain("&lt;img src=x onerror=&#39;alert(1)&#39;&gt; &amp;amp;.txt");
    expect(html).not.toMatch(/<(script|img)/);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; style-src 'nonce-/);
    expect(html).toContain(`nonce="${/nonce-([\w-]+)/.exec(policy)?.[1]}"`);
  });

  it("is JSON for programs", async () => {
    const made = await share({ maxDownloads: 1 });
    const answer = await follow(made.path, { accept: "application/json" });
    expect(await answer.json()).toMatchObject({ error: { code: "POST_NEEDED" } });
    expect(await (await follow("/s/x", { accept: "application/json" })).json()).toMatchObject({
      error: { code: "SHARE_NOT_FOUND" },
    });
    expect(await statusOf(made.path, { method: "PUT" })).toBe(405);
  });

  it("says when it is the store that does not answer", async () => {
    const { path } = await share();
    api.faults.inject({ match: { operation: "GetObject" }, action: { kind: "error", code: "SlowDown" } });
    const response = await follow(path);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
  });
});
