import { presign } from "@waybill/core";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { openSigningRole, SESSION_SECONDS } from "./testing/open-signing-role.ts";

type Opened = Awaited<ReturnType<typeof openSigningRole>>;

const UPLOAD_SECONDS = 900;
const DOWNLOAD_SECONDS = 7 * 24 * 3600;

/** PUT and GET, as somebody would get them who asked for both at once. */
async function grantBoth({ signer }: Opened) {
  const form = { key: "k", contentType: "text/plain", sizeBytes: { min: 0, max: 10 } };
  const [post, get] = await Promise.all([
    signer.signPost({ form, policy: UPLOAD_SECONDS }),
    signer.signGet({ key: "k", fileName: "k", disposition: "inline", policy: DOWNLOAD_SECONDS }),
  ]);
  return { post, get };
}

async function upload({ form: { url, fields } }: { form: { url: string; fields: Record<string, string> } }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", new Blob(["hello"]));
  const response = await fetch(url, { method: "POST", body });
  return { status: response.status, text: await response.text() };
}

const download = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};

describe("grants that a role signs", () => {
  it("are good until the moment they name, and that is never behind the end of the role's session", async () => {
    await using opened = await openSigningRole();
    const { clock, sessionOf, now } = opened;
    const seen = new Set<string>();
    const waits = fc.sample(fc.integer({ min: 0, max: 45 * 60_000 }), 12);
    for (const waitMs of [0, ...waits, 29 * 60_000, 2 * 60_000, 3 * 3600_000]) {
      clock.aheadMs += waitMs;
      const { post, get } = await grantBoth(opened);
      const session = sessionOf(get.request.url);
      seen.add(session?.accessKeyId ?? "none");
      expect(new URL(get.request.url).searchParams.get("X-Amz-Security-Token")).toBe(session?.sessionToken);
      // Two at once cause one AssumeRole: the same session signs both.
      expect(post.form.fields["X-Amz-Security-Token"]).toBe(session?.sessionToken);

      const endMs = session?.expiration?.getTime() ?? 0;
      expect(get.expiresAt.getTime()).toBeLessThanOrEqual(endMs);
      expect(endMs - get.expiresAt.getTime()).toBeLessThan(1000); // as long as can be, in whole seconds
      expect(post.expiresAt.getTime()).toBeLessThanOrEqual(endMs);
      expect(get.expiresAt.getTime()).toBeGreaterThan(now().getTime() + 30_000);

      expect(await upload(post)).toEqual({ status: 204, text: "" });
      const realNowMs = now().getTime();
      clock.aheadMs += get.expiresAt.getTime() - realNowMs - 2000;
      expect(await download(get.request.url)).toEqual({ status: 200, text: "hello" });
      clock.aheadMs += 4000;
      expect((await download(get.request.url)).status).toBeGreaterThanOrEqual(400);
    }
    expect(seen.has("none")).toBe(false);
    expect(seen.size).toBeGreaterThan(1);
  });

  it("cause one AssumeRole, also fifty at once, and wait for none that comes ahead of time", async () => {
    await using opened = await openSigningRole();
    const { assumedTimes, clock, sessionOf, signer } = opened;
    const signFifty = async () => {
      const get = { key: "k", fileName: "k", disposition: "inline", policy: UPLOAD_SECONDS } as const;
      const grants = await Promise.all(Array.from({ length: 50 }, () => signer.signGet(get)));
      return [...new Set(grants.map(({ request }) => sessionOf(request.url)?.accessKeyId))];
    };
    const first = await signFifty();
    expect(first).toEqual([expect.any(String)]);
    expect(assumedTimes()).toBe(1);

    clock.aheadMs += (SESSION_SECONDS / 2) * 1000; // the middle of its life: time to renew, and no hurry
    expect(await signFifty()).toEqual(first);
    const second = await vi.waitFor(async () => {
      const next = await signFifty();
      expect(next).not.toEqual(first);
      return next;
    });
    expect(second).toHaveLength(1);
    expect(assumedTimes()).toBe(2);

    clock.aheadMs += SESSION_SECONDS * 1000; // it has ended: now all wait, for the same one
    const third = await signFifty();
    expect(third).toHaveLength(1);
    expect([...first, ...second]).not.toContain(third[0]);
    expect(assumedTimes()).toBe(3);
  });

  it("would fail with the session, were they not cut: the URL says more than it can hold", async () => {
    await using opened = await openSigningRole();
    const { address, region, clock, now, credentials } = opened;
    const { post } = await grantBoth(opened);
    await upload(post);
    const url = presign({
      method: "GET",
      origin: address.origin,
      path: `${address.pathPrefix}/k`,
      credentials: await credentials(),
      region,
      expiresIn: 2 * SESSION_SECONDS,
      signedAt: now(),
    });
    clock.aheadMs += (SESSION_SECONDS - 5) * 1000;
    expect(await download(url)).toEqual({ status: 200, text: "hello" });
    clock.aheadMs += 10_000;
    const { status, text } = await download(url);
    expect([status, /<Code>(\w+)</.exec(text)?.[1]]).toEqual([400, "ExpiredToken"]);
  });
});
