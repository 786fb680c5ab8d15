import { generateKeyPairSync } from "node:crypto";
import { UPLOAD_LIFETIME_SECONDS, WaybillError, type WaybillErrorCode } from "@waybill/core";
import fc from "fast-check";
import { decodeJwt, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiDeps } from "./context.ts";
import type { Principal } from "./principal.ts";
import { openApi } from "./testing/open-api.ts";
import { crc64, sendPart } from "./testing/send-part.ts";
import { beginTwoPartUpload, storedBelow, type TwoPartUpload } from "./testing/two-part-upload.ts";
import { createUploadTokens } from "./upload-token.ts";

const alice = { id: "alice", scopes: [] };
const bob = { id: "alice2", scopes: [] }; // alice's name is a prefix of his
const SECRET = new Uint8Array(32).fill(7); // that of openApi
const OTHER_SECRET = new Uint8Array(32).fill(8);

let api: Awaited<ReturnType<typeof openApi>>;
let upload: TwoPartUpload;
let other: TwoPartUpload;
let token: string;
let claims: JWTPayload;

beforeAll(async () => {
  api = await openApi();
  upload = await beginTwoPartUpload(api.as(alice));
  other = await beginTwoPartUpload(api.as(alice), { fill: 2 });
  await sendPart(upload.waybill.parts, { partNumber: 1, bytes: upload.parts[0] });
  await sendPart(other.waybill.parts, { partNumber: 1, bytes: other.parts[0] });
  await sendPart(other.waybill.parts, { partNumber: 2, bytes: other.parts[1] });
  ({ token } = upload.waybill);
  claims = decodeJwt(token);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** Everything that a token is good for, with this one: how each ends. */
async function useEverywhere(presented: string, as: Principal = alice, using: ApiDeps = api.deps) {
  const { uploads } = api.as(as, using);
  const { partChecksums, checksum } = upload;
  return Promise.all(
    [
      uploads.sign({ token: presented, parts: [{ partNumber: 2, checksum: partChecksums[1] ?? "" }] }),
      uploads.complete({ token: presented, partChecksums, checksum }),
      uploads.reroute({ token: presented, avoid: [] }),
      uploads.abort({ token: presented }),
    ].map((answer) => answer.then(() => "accepted", outcomeOf)),
  );
}

function outcomeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof WaybillError ? `${cause.status} ${cause.code}` : `unexpected: ${String(error)}`;
}

const refusedEverywhere = (status: number, code: WaybillErrorCode) => Array(4).fill(`${status} ${code}`);
const INVALID = refusedEverywhere(403, "TOKEN_INVALID");

/** What alice has in the store is the same before and after. */
async function changingNothing(run: () => Promise<void>): Promise<void> {
  const before = await storedBelow(api.direct.store, "");
  await run();
  expect(await storedBelow(api.direct.store, "")).toEqual(before);
}

/** A token in every respect, but for what is changed. */
function sign(
  changed: {
    claims?: Record<string, unknown>;
    header?: { alg?: string; kid?: string };
    secret?: Uint8Array;
  } = {},
): Promise<string> {
  return new SignJWT({ ...claims, ...changed.claims })
    .setProtectedHeader({ alg: "HS256", kid: "k1", ...changed.header })
    .sign(changed.secret ?? SECRET);
}

/** The same claims but for one, under the signature of before. */
function forge(change: JWTPayload): string {
  const [header = "", , signature = ""] = token.split(".");
  const payload = Buffer.from(JSON.stringify({ ...claims, ...change })).toString("base64url");
  return [header, payload, signature].join(".");
}

describe("an upload token", () => {
  it("names principal, key, upload, plan and route, and is signed for nothing else", async () => {
    const { key, uploadId, plan, route } = upload.waybill;
    expect(claims).toMatchObject({ sub: "alice", key, uploadId, plan, route, collection: "files" });
    await changingNothing(async () => {
      const changes: JWTPayload[] = [
        { sub: bob.id },
        { key: other.waybill.key },
        { key: `${key}x` },
        { uploadId: other.waybill.uploadId },
        { uploadId: undefined },
        { plan: { ...plan, sizeBytes: plan.sizeBytes + 1 } },
        { plan: { ...plan, partCount: 3 } },
        { route: "credentials" },
        { collection: "drive" },
        { contentType: "text/html" },
        { fileName: "other" },
        { metadata: { a: "b" } },
        { exp: (claims.exp ?? 0) + 1 },
        { iat: 0 },
        { aud: "waybill:other" },
      ];
      // Each of them, since a claim that nobody thought of is signed as well.
      expect(Object.keys(claims).filter((name) => !changes.some((change) => name in change))).toEqual([]);
      for (const change of changes) expect(await useEverywhere(forge(change))).toEqual(INVALID);
    });
  });

  it("is not valid with any character changed, left out or added", async () => {
    const at = fc.nat(token.length - 1);
    const character = fc.constantFrom(..."AEIaz09-_.+/= \n~é".split(""));
    await changingNothing(async () => {
      await fc.assert(
        fc.asyncProperty(at, character, fc.constantFrom(0, 1), async (index, by, removed) => {
          const altered = token.slice(0, index) + by + token.slice(index + removed);
          fc.pre(altered !== token);
          expect(await useEverywhere(altered)).toEqual(INVALID);
        }),
        { numRuns: 200 },
      );
      // Where base64url has bits to spare, jose reads several spellings.
      for (const last of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
        const altered = token.slice(0, -1) + last;
        if (altered !== token) expect(await useEverywhere(altered)).toEqual(INVALID);
      }
    });
  });

  it.each<[string, () => Promise<string> | string]>([
    ["without a signature", () => token.replace(/[^.]+$/, "")],
    [
      "with alg none",
      () => new UnsecuredJWT({ ...claims, aud: "waybill:upload" }).setSubject("alice").encode(),
    ],
    [
      "with alg none, and the signature of before",
      () => {
        const header = Buffer.from(JSON.stringify({ alg: "none", kid: "k1" })).toString("base64url");
        return [header, ...token.split(".").slice(1)].join(".");
      },
    ],
    ["with HS256 and another key", () => sign({ secret: OTHER_SECRET })],
    ["with HS256 and an empty kid", () => sign({ header: { kid: "" } })],
    ["with HS512 and the right key", () => sign({ header: { alg: "HS512" } })],
    [
      "with RS256",
      () => {
        const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
        return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(privateKey);
      },
    ],
    ["for another audience", () => sign({ claims: { aud: "waybill:other" } })],
    ["for no audience", () => sign({ claims: { aud: undefined } })],
    ["without an end", () => sign({ claims: { exp: undefined } })],
    ["for nobody", () => sign({ claims: { sub: undefined } })],
    ["of the future", () => sign({ claims: { nbf: Math.floor(Date.now() / 1000) + 3600 } })],
    ["without a plan", () => sign({ claims: { plan: undefined } })],
    ["with a plan that is none", () => sign({ claims: { plan: { kind: "other" } } })],
    ["for a route that there is not", () => sign({ claims: { route: "pigeon" } })],
    ["that is text", () => "x"],
  ])("%s is not valid", async (_, make) => {
    const presented = await make();
    await changingNothing(async () => expect(await useEverywhere(presented)).toEqual(INVALID));
  });

  it("that these are changes of is itself accepted", async () => {
    // Else all of the above could be refused for another reason.
    const { uploads } = api.as(alice);
    const { key, uploadId } = (await beginTwoPartUpload(api.as(alice))).waybill;
    const parts = [{ partNumber: 2, checksum: upload.partChecksums[1] ?? "" }];
    await expect(uploads.sign({ token: await sign(), parts })).resolves.toBeDefined();
    await expect(uploads.abort({ token: await sign({ claims: { key, uploadId } }) })).resolves.toEqual({
      aborted: true,
    });
  });

  it("is of no use to another principal", async () => {
    await changingNothing(async () => {
      for (const thief of [bob, { id: "Alice", scopes: [] }, { id: "alice ", scopes: ["uploads:sweep"] }])
        expect(await useEverywhere(token, thief)).toEqual(INVALID);
    });
  });

  it("completes and signs its own upload, and no other", async () => {
    const { partChecksums, checksum } = other;
    const { uploads } = api.as(alice);
    await changingNothing(async () => {
      const completed = uploads.complete({ token, partChecksums, checksum });
      expect(await completed.then(() => "accepted", outcomeOf)).toBe("409 UPLOAD_INCOMPLETE");
      const onePart = uploads.complete({ token, partChecksums: partChecksums.slice(0, 1), checksum });
      expect(await onePart.then(() => "accepted", outcomeOf)).toBe("400 INVALID_INPUT");
      const third = uploads.sign({ token, parts: [{ partNumber: 3, checksum: partChecksums[0] ?? "" }] });
      expect(await third.then(() => "accepted", outcomeOf)).toBe("400 INVALID_INPUT");
    });
    // With the parts of the other one it gives requests for its own upload, which take nothing of another length.
    const signed = await uploads.sign({
      token,
      parts: [{ partNumber: 1, checksum: await crc64(other.parts[1]) }],
    });
    expect(signed.template.url).toContain(`uploadId=${encodeURIComponent(upload.waybill.uploadId ?? "")}`);
    expect(signed.template.url).not.toContain(encodeURIComponent(other.waybill.uploadId ?? ""));
    await changingNothing(async () => {
      expect(await sendPart(signed, { partNumber: 1, bytes: other.parts[1], signatureIndex: 0 })).toBe(403);
    });
  });

  it("does not complete an upload with the parts of another", async () => {
    const { waybill, parts } = await beginTwoPartUpload(api.as(alice), { fill: 3 });
    for (const [index, bytes] of parts.entries())
      await sendPart(waybill.parts, { partNumber: index + 1, bytes });
    const { partChecksums, checksum } = other;
    await changingNothing(async () => {
      const completed = api.as(alice).uploads.complete({ token: waybill.token, partChecksums, checksum });
      expect(await completed.then(() => "accepted", outcomeOf)).toBe("409 CHECKSUM_MISMATCH");
    });
  });

  it("ends when it says", async () => {
    await changingNothing(async () => {
      api.clock.aheadMs = (UPLOAD_LIFETIME_SECONDS + 1) * 1000;
      expect(await useEverywhere(token)).toEqual(refusedEverywhere(403, "TOKEN_EXPIRED"));
      api.clock.aheadMs = 0;
    });
  });

  it("is valid for as long as its key is known, and not a moment after it was retired", async () => {
    const knowing = (...kids: ("k1" | "k2")[]): ApiDeps => ({
      ...api.deps,
      tokens: createUploadTokens({
        keys: kids.map((kid) => ({ kid, secret: kid === "k1" ? SECRET : OTHER_SECRET })),
        now: api.deps.now,
      }),
    });
    const parts = [{ partNumber: 2, checksum: upload.partChecksums[1] ?? "" }];
    const replaced = api.as(alice, knowing("k2", "k1"));
    await expect(replaced.uploads.sign({ token, parts })).resolves.toBeDefined();
    await changingNothing(async () =>
      expect(await useEverywhere(token, alice, knowing("k2"))).toEqual(INVALID),
    );
    const { waybill } = await beginTwoPartUpload(replaced);
    expect(await useEverywhere(waybill.token, alice, knowing("k1"))).toEqual(INVALID);
  });

  it("signs nothing further on the route on which its client signs for itself", async () => {
    const { waybill, partChecksums } = await beginTwoPartUpload(api.as(alice), { route: "credentials" });
    expect(waybill.route).toBe("credentials");
    const signing = api.as(alice).uploads.sign({
      token: waybill.token,
      parts: [{ partNumber: 1, checksum: partChecksums[0] ?? "" }],
    });
    expect(await signing.then(() => "accepted", outcomeOf)).toBe("400 ROUTE_UNAVAILABLE");
  });

  it("ends with the right to upload: the rule is asked again", async () => {
    const { files, ...rest } = api.deps.collections;
    if (files === undefined) throw new Error("There is no collection files.");
    const withRule = (who: typeof files.who): ApiDeps => ({
      ...api.deps,
      collections: { ...rest, files: { ...files, who } },
    });
    const readOnly = withRule(({ action }) => action === "read");
    const closed = withRule(() => false);
    await changingNothing(async () => {
      for (const [deps, outcome] of [
        [readOnly, "403 FORBIDDEN"],
        [closed, "404 OBJECT_NOT_FOUND"],
        [{ ...api.deps, collections: rest }, "404 OBJECT_NOT_FOUND"],
      ] as const) {
        const { uploads } = api.as(alice, deps);
        const { partChecksums, checksum } = upload;
        const parts = [{ partNumber: 2, checksum: partChecksums[1] ?? "" }];
        expect(await uploads.sign({ token, parts }).then(() => "accepted", outcomeOf)).toBe(outcome);
        expect(
          await uploads.complete({ token, partChecksums, checksum }).then(() => "accepted", outcomeOf),
        ).toBe(outcome);
        expect(await uploads.reroute({ token, avoid: [] }).then(() => "accepted", outcomeOf)).toBe(outcome);
      }
    });
  });
});
