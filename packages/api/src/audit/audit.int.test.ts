import { MiB, type CreateUploadOutput } from "@waybill/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "../app-router.ts";
import { SWEEP_SCOPE, type Principal } from "../principal.ts";
import { answerShareRequest } from "../shares/answer-share-request.ts";
import { openApi } from "../testing/open-api.ts";
import { crc64, sendPart } from "../testing/send-part.ts";
import type { AuditLine } from "./audit-line.ts";

const alice = { id: "alice", scopes: [] };
const bob = { id: "bob", scopes: [] };
const sweeper = { id: "worker", scopes: [SWEEP_SCOPE] };
const METADATA = "what nobody but the owner may read";
/** Nothing is decided by these. */
const OPEN: ReadonlySet<string> = new Set(["health", "auth.options"]);
/** There is no other route here, and no CloudFront; and only the worker sweeps. */
const NEVER_OURS: ReadonlySet<string> = new Set([
  ...OPEN,
  "uploads.reroute",
  "downloads.cookies",
  "shares.sweep",
]);

let api: Awaited<ReturnType<typeof openApi>>;
beforeAll(async () => {
  api = await openApi({ limits: { openUploads: 6, bytesPerDay: 200 * MiB, requestsPerMinute: 1e6 } });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** What the calls below go on with: everything that was handed out, which is nobody else's business. */
interface Handed {
  uploads: CreateUploadOutput[];
  keys: string[];
}

type Caller = ReturnType<typeof api.as>;
type Call = (caller: Caller, handed: Handed) => Promise<unknown>;
const bytes = new TextEncoder().encode("content");
const last = <T>(items: readonly T[]) => items.at(-1);
const tokenOf = ({ uploads }: Handed) => last(uploads)?.token ?? "no token";
const keyOf = ({ keys }: Handed) => last(keys) ?? "files/alice/none";
const some = { fileName: "a.txt", metadata: { note: METADATA } };

/** Every procedure, and what is asked of it: what it grants, and what it refuses. */
const CALLS: Record<string, Call[]> = {
  health: [(caller) => caller.health()],
  storeHealth: [(caller) => caller.storeHealth()],
  probeStore: [(caller) => caller.probeStore()],
  "auth.options": [(caller) => caller.auth.options()],
  "auth.whoAmI": [(caller) => caller.auth.whoAmI()],
  "collections.list": [(caller) => caller.collections.list()],
  "credentials.issue": [
    (caller) => caller.credentials.issue({ collection: "files" }),
    (caller) => caller.credentials.issue({ collection: "avatars" }),
  ],
  "uploads.create": [
    async (caller, { uploads, keys }) => {
      const partChecksums = [await crc64(bytes)];
      const upload = await caller.uploads.create({ ...some, sizeBytes: bytes.length, partChecksums });
      await sendPart(upload.parts, { partNumber: 1, bytes });
      uploads.push(upload);
      keys.push(upload.key);
    },
    async (caller, { uploads }) => {
      const partChecksums = [await crc64(bytes)];
      uploads.push(await caller.uploads.create({ ...some, sizeBytes: 17 * MiB, partChecksums }));
    },
    (caller) => caller.uploads.create({ ...some, sizeBytes: -1 }),
    (caller) => caller.uploads.create({ ...some, sizeBytes: 1, collection: "nowhere" }),
    (caller) =>
      caller.uploads.create({ ...some, sizeBytes: 1, contentType: "text/plain", collection: "avatars" }),
  ],
  "uploads.find": [(caller) => caller.uploads.find({ fileName: "a.txt" })],
  "uploads.sign": [
    async (caller, handed) =>
      caller.uploads.sign({
        token: tokenOf(handed),
        parts: [{ partNumber: 1, checksum: await crc64(bytes) }],
      }),
  ],
  "uploads.resume": [
    (caller, { uploads }) => {
      const { key = keyOf({ uploads, keys: [] }), uploadId = "none" } = last(uploads) ?? {};
      return caller.uploads.resume({ key, uploadId, sizeBytes: 17 * MiB, partSizeBytes: 8 * MiB });
    },
  ],
  "uploads.reroute": [(caller, handed) => caller.uploads.reroute({ token: tokenOf(handed), avoid: [] })],
  "uploads.complete": [
    async (caller, handed) => {
      const value = await crc64(bytes);
      const checksum = { algorithm: "CRC64NVME", value } as const;
      return caller.uploads.complete({ token: tokenOf(handed), partChecksums: [value], checksum });
    },
  ],
  "uploads.abort": [
    (caller, handed) => caller.uploads.abort({ token: tokenOf(handed) }),
    (caller, { uploads }) => {
      const { key = "files/alice/none", uploadId = "none" } = last(uploads) ?? {};
      return caller.uploads.abort({ key, uploadId });
    },
  ],
  "uploads.list": [
    (caller) => caller.uploads.list({}),
    (caller) => caller.uploads.list({ owner: "everyone" }),
  ],
  "downloads.create": [
    (caller, handed) => caller.downloads.create({ key: keyOf(handed) }),
    (caller) => caller.downloads.create({ key: "https://example.com/?X-Amz-Signature=0123456789abcdef" }),
  ],
  "downloads.cookies": [(caller) => caller.downloads.cookies({})],
  "objects.list": [
    (caller) => caller.objects.list({ prefix: "files/alice/" }),
    (caller) => caller.objects.list({ prefix: "" }),
  ],
  "shares.create": [
    (caller, handed) => caller.shares.create({ key: keyOf(handed), expiresIn: null, maxDownloads: 3 }),
  ],
  "shares.list": [(caller) => caller.shares.list({})],
  "shares.revoke": [
    async (caller) => {
      const id = (await api.as(alice).shares.list({})).shares.at(0)?.id ?? "a".repeat(22);
      api.audited.length = 0; // that was another call
      return caller.shares.revoke({ id });
    },
  ],
  "shares.sweep": [(caller) => caller.shares.sweep({})],
  "objects.head": [(caller, handed) => caller.objects.head({ key: keyOf(handed) })],
  "objects.remove": [(caller, handed) => caller.objects.remove({ keys: [keyOf(handed)] })],
};

/** All texts in an answer that are, or hold, something that opens a door. */
function secretsIn(answer: unknown): string[] {
  const texts: string[] = [];
  const visit = (name: string, value: unknown): void => {
    if (typeof value === "string" && /token|secret|accessKeyId|url|signatures|uploadId|path/i.test(name))
      texts.push(value);
    if (typeof value === "object" && value !== null)
      for (const [inner, item] of Object.entries(value)) visit(Array.isArray(value) ? name : inner, item);
  };
  visit("", answer);
  return texts.filter((text) => text.length > 7);
}

/** Makes the call, and answers what became of it. */
async function outcomeOf(call: Call, principal: Principal | undefined, handed: Handed) {
  const before = handed.uploads.length;
  try {
    const answer = await call(api.as(principal), handed);
    return { isGranted: true, secrets: secretsIn([answer, handed.uploads.slice(before)]) };
  } catch (error) {
    return { isGranted: false, secrets: [], error };
  }
}

/** So that each can go on with what those before it have left. */
const IN_ORDER = [
  "uploads.create",
  "uploads.sign",
  "uploads.complete",
  "objects.head",
  "downloads.create",
  "shares.create",
  "shares.revoke",
  "objects.remove",
  "uploads.create in parts",
  "uploads.resume",
  ...Object.keys(CALLS),
].map((name) => {
  const [procedure = "", inParts] = name.split(" ");
  return { procedure, call: CALLS[procedure]?.[inParts === undefined ? 0 : 1] ?? expect.unreachable() };
});

const anyCall = fc.constantFrom(
  ...Object.entries(CALLS).flatMap(([procedure, calls]) => calls.map((call) => ({ procedure, call }))),
);

describe("the audit log", () => {
  it("knows every procedure", async () => {
    await Promise.all(Object.values(appRouter._def.lazy).map((part) => part.load()));
    expect(Object.keys(CALLS).toSorted()).toEqual(Object.keys(appRouter._def.procedures).toSorted());
  });

  it("has one line for each decision, and nothing in it that opens a door", async () => {
    const decided = new Map<string, Set<string>>();
    const secrets: string[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ asked: anyCall, who: fc.constantFrom(alice, bob, sweeper, undefined) }), {
          minLength: 5,
          maxLength: 25,
        }),
        async (calls) => {
          const handed: Handed = { uploads: [], keys: [] };
          for (const { asked, who } of calls) {
            api.audited.length = 0;
            const outcome = await outcomeOf(asked.call, who, handed);
            secrets.push(...outcome.secrets);
            if (OPEN.has(asked.procedure)) {
              expect(api.audited).toEqual([]);
              continue;
            }
            expect(api.audited).toHaveLength(1);
            const [line] = api.audited;
            expect(line).toMatchObject({
              type: "audit",
              requestId: "test",
              principal: who?.id ?? null,
              procedure: asked.procedure,
              decision: outcome.isGranted ? "allow" : "deny",
            });
            expect(line?.code === undefined).toBe(outcome.isGranted);
            decided.set(
              asked.procedure,
              (decided.get(asked.procedure) ?? new Set()).add(line?.decision ?? ""),
            );
            const text = JSON.stringify(line);
            expect(text).not.toContain(METADATA);
            expect(text).not.toMatch(/https?:|X-Amz-|eyJ/);
            expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
          }
        },
      ),
      { numRuns: 30, examples: [[IN_ORDER.map((asked) => ({ asked, who: alice }))]] },
    );
    // That nothing is said of what is never granted proves little.
    for (const procedure of Object.keys(CALLS).filter((name) => !NEVER_OURS.has(name)))
      expect([procedure, decided.get(procedure)?.has("allow")]).toEqual([procedure, true]);
    expect(secrets.length).toBeGreaterThan(100);
  });

  it("says of what was granted: the key, the route, the size, until when", async () => {
    const partChecksums = [await crc64(bytes)];
    const lineOf = async (call: Promise<unknown>): Promise<AuditLine | undefined> => {
      api.audited.length = 0;
      await call.catch(() => undefined);
      return api.audited[0];
    };
    const caller = api.as(bob);
    const creating = caller.uploads.create({ ...some, sizeBytes: bytes.length, partChecksums });
    const created = await lineOf(creating);
    const upload = await creating;
    const about = { collection: "files", key: upload.key, route: "presigned", sizeBytes: bytes.length };
    expect(created).toMatchObject({ ...about, expiresAt: upload.parts.expiresAt });
    const parts = [{ partNumber: 1, checksum: await crc64(bytes) }];
    expect(await lineOf(caller.uploads.sign({ token: upload.token, parts }))).toMatchObject(about);
    // Not his: nothing of what it says is believed.
    expect(await lineOf(api.as(alice).uploads.sign({ token: upload.token, parts }))).toMatchObject({
      principal: "alice",
      decision: "deny",
      code: "TOKEN_INVALID",
    });
    const issuing = caller.credentials.issue({ collection: "drive", actions: ["read"] });
    expect(await lineOf(issuing)).toMatchObject({
      collection: "drive",
      prefix: "drive/bob/",
      actions: ["read"],
      expiresAt: (await issuing).expiresAt,
    });
    expect(await lineOf(api.as(alice).objects.remove({ keys: [upload.key] }))).toMatchObject({
      collection: "files",
      keys: [upload.key],
      decision: "deny",
      code: "OBJECT_NOT_FOUND",
    });
    const much = api.as({ id: "carol", scopes: [] }).uploads.create({ ...some, sizeBytes: 201 * MiB });
    expect(await lineOf(much)).toMatchObject({ decision: "deny", code: "TOO_LARGE", sizeBytes: 201 * MiB });
  });

  it("says what a share link gave to whom nobody knows, and not the link", async () => {
    const partChecksums = [await crc64(bytes)];
    const { key, parts } = await api
      .as(bob)
      .uploads.create({ ...some, sizeBytes: bytes.length, partChecksums });
    await sendPart(parts, { partNumber: 1, bytes });
    const { path } = await api.as(bob).shares.create({ key, maxDownloads: 1 });
    const follow = async (method: string) => {
      api.audited.length = 0;
      const request = new Request(new URL(path, "https://api.example.com"), { method });
      await answerShareRequest({ deps: api.deps, requestId: "test" }, request, () => {});
      return [...api.audited];
    };
    expect(await follow("GET")).toEqual([]); // a form
    const opened = { procedure: "shares.open", principal: null, key, collection: "files" };
    const lines = await follow("POST");
    expect(lines).toMatchObject([{ ...opened, decision: "allow", expiresAt: expect.any(String) as string }]);
    lines.push(...(await follow("POST")));
    expect(lines[1]).toMatchObject({ ...opened, decision: "deny", code: "SHARE_ENDED" });
    expect(JSON.stringify(lines)).not.toContain(path.slice(3));
  });

  it("calls a failure of the store neither granted nor refused", async () => {
    using _ = api.faults.inject({
      match: { operation: "ListObjectsV2" },
      action: { kind: "error", code: "AccessDenied" },
    });
    api.audited.length = 0;
    await expect(api.as(alice).objects.list({ prefix: "" })).rejects.toThrow("AccessDenied");
    expect(api.audited).toMatchObject([{ decision: "error", code: "STORAGE_DENIED" }]);
  });
});
