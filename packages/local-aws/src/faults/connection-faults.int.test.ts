import { HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openRawRequest } from "../testing/open-raw-request.ts";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { createClient, sendSigned } from "../testing/s3-under-test.ts";
import type { Faults } from "./create-faults.ts";

const Bucket = "test-bucket";
const BODY = Buffer.from("0123456789".repeat(100_000));
let s3: StandIn;
let client: S3Client;
let faults: Faults;

beforeAll(async () => {
  s3 = await openStandIn();
  client = createClient(s3);
  ({ faults } = s3.aws);
  await client.send(new PutObjectCommand({ Bucket, Key: "k", Body: BODY }));
});
afterEach(() => faults.removeAll());
afterAll(async () => {
  client.destroy();
  await s3.close();
});

const put = (Key: string, Body: Buffer | string = "bytes") =>
  client.send(new PutObjectCommand({ Bucket, Key, Body }));
const exists = (Key: string): Promise<boolean> =>
  client.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );
const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000 });

const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("a reset", () => {
  it("at once is ECONNRESET, with nothing done", async () => {
    const fault = faults.inject({
      match: { operation: "PutObject", key: "reset" },
      action: { kind: "reset" },
    });
    const raw = await openRawRequest(s3, { method: "PUT", path: `/${Bucket}/reset`, body: Buffer.from("x") });
    expect([await raw.closed, raw.received()]).toEqual(["ECONNRESET", ""]);
    expect(fault.hits).toBe(1);
    await expect(put("reset")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await exists("reset")).toBe(false);
    expect((await put("other")).$metadata.httpStatusCode).toBe(200);
  });

  it("after bytes of the request leaves no file", async () => {
    const blobs = await readdir(join(s3.dataDir, "blobs"));
    const fault = faults.inject({ action: { kind: "reset", afterRequestBytes: 300_000 }, count: 1 });
    await expect(put("torn", BODY)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(fault.hits).toBe(1);
    await eventually(async () => expect(await readdir(join(s3.dataDir, "blobs"))).toEqual(blobs));
    expect(await exists("torn")).toBe(false);
    expect((await put("torn", BODY)).$metadata.httpStatusCode).toBe(200);
  });

  it("after all bytes of the request comes before the work is done", async () => {
    faults.inject({ action: { kind: "reset", afterRequestBytes: 5 }, count: 1 });
    await expect(put("whole", "bytes")).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await exists("whole")).toBe(false);
  });

  it("after more bytes than the request has does not happen, and waits for a longer one", async () => {
    const fault = faults.inject({ action: { kind: "reset", afterRequestBytes: 6 }, count: 1 });
    await put("short", "bytes");
    expect(fault.hits).toBe(0);
    await expect(put("short", "bytes!")).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it.each([0, 1, 50_000, BODY.length])("after %i bytes of the answer sends these", async (bytes) => {
    faults.inject({ action: { kind: "reset", afterResponseBytes: bytes } });
    const raw = await openRawRequest(s3, { method: "GET", path: `/${Bucket}/k` });
    expect(await raw.closed).toBe("ECONNRESET");
    expect(raw.received()).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(raw.received()).toContain(`content-length: ${BODY.length}\r\n`);
    // What was on its way goes with the reset, if the client was slow to read.
    expect(BODY.toString().slice(0, bytes).startsWith(raw.body())).toBe(true);
    if (bytes <= 50_000) expect(raw.body()).toHaveLength(bytes);
  });
});

describe("a stall", () => {
  it("takes a request and goes on when the fault is removed", async () => {
    const fault = faults.inject({ match: { key: "stalled" }, action: { kind: "stall" } });
    let isAnswered = false;
    const answer = put("stalled", BODY).finally(() => (isAnswered = true));
    await fault.waitForHit();
    expect(await exists("k")).toBe(true); // other requests are served meanwhile
    expect(isAnswered).toBe(false);
    fault.remove();
    await answer;
    expect(await exists("stalled")).toBe(true);
  });

  it("ends when the client gives up, and nothing is done", async () => {
    const fault = faults.inject({ match: { operation: "PutObject" }, action: { kind: "stall" } });
    const raw = await openRawRequest(s3, { method: "PUT", path: `/${Bucket}/given-up` });
    await fault.waitForHit();
    raw.socket.destroy();
    await raw.closed;
    await exists("k"); // by now the server knows
    fault.remove();
    expect(await exists("given-up")).toBe(false);
  });

  it("with the work done keeps the answer back", async () => {
    const fault = faults.inject({ match: { key: "kept" }, action: { kind: "stall", work: "done" } });
    const abort = new AbortController();
    const answer = client.send(new PutObjectCommand({ Bucket, Key: "kept", Body: "x" }), {
      abortSignal: abort.signal,
    });
    const rejection = rejectionOf(answer);
    await fault.waitForHit();
    abort.abort();
    expect(await rejection).toMatchObject({ name: "AbortError" });
    fault.remove();
    expect(await exists("kept")).toBe(true);
  });

  it("in the middle of the request takes no more bytes", async () => {
    const fault = faults.inject({
      match: { key: "half" },
      action: { kind: "stall", afterRequestBytes: 200_000 },
    });
    const body = Buffer.alloc(16 * 1024 ** 2, "b"); // more than the buffers of two sockets hold
    const raw = await openRawRequest(s3, { method: "PUT", path: `/${Bucket}/half`, body });
    let isSent = false;
    const sent = new Promise<void>((resolve) => raw.socket.write("", () => resolve()));
    void sent.finally(() => (isSent = true));
    await fault.waitForHit();
    await exists("k");
    expect([isSent, raw.received()]).toEqual([false, ""]);
    fault.remove();
    await sent;
    await eventually(() => expect(raw.received()).toMatch(/^HTTP\/1.1 200 OK\r\n/));
    raw.socket.destroy();
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "half" }));
    expect(head.ContentLength).toBe(body.length);
  });

  it("in the middle of the answer sends the rest when the fault is removed", async () => {
    const fault = faults.inject({ action: { kind: "stall", afterResponseBytes: 1000 } });
    const raw = await openRawRequest(s3, {
      method: "GET",
      path: `/${Bucket}/k`,
      headers: { connection: "close" },
    });
    await fault.waitForHit();
    await eventually(() => expect(raw.body()).toHaveLength(1000));
    fault.remove();
    expect(await raw.closed).toBe("end");
    expect(raw.body() === BODY.toString()).toBe(true);
  });

  it("does not keep the stand-in from closing", async () => {
    const own = await openStandIn();
    const fault = own.aws.faults.inject({ action: { kind: "stall" } });
    const raw = await openRawRequest(own, {
      method: "PUT",
      path: `/${Bucket}/k`,
      body: Buffer.alloc(1_000_000),
    });
    await fault.waitForHit();
    const waiting = rejectionOf(fault.waitForHit({ hits: 2 }));
    const startedAt = performance.now();
    await own.close();
    expect(performance.now() - startedAt).toBeLessThan(1900); // less than a server waits for a busy connection
    await raw.closed;
    expect(String(await waiting)).toContain("removed");
    expect(raw.received()).toBe("");
  });
});

describe("a delay", () => {
  it("comes before the work and before the answer", async () => {
    faults.inject({ match: { operation: "HeadObject" }, action: { kind: "delay", delayMs: 150 } });
    const startedAt = performance.now();
    const answer = await sendSigned(s3, { method: "HEAD", path: `/${Bucket}/k` });
    expect(answer.status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145);
  });

  it("ends when the client gives up", async () => {
    const fault = faults.inject({ match: { key: "late" }, action: { kind: "delay", delayMs: 3_600_000 } });
    const raw = await openRawRequest(s3, { method: "PUT", path: `/${Bucket}/late` });
    await fault.waitForHit();
    raw.socket.destroy();
    await raw.closed;
    await exists("k");
    fault.remove();
    expect(await exists("late")).toBe(false);
  });
});

it("a lost answer is ECONNRESET with the work done", async () => {
  const fault = faults.inject({
    match: { operation: "PutObject" },
    count: 1,
    action: { kind: "loseAnswer" },
  });
  await expect(put("lost")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect([fault.hits, await exists("lost")]).toEqual([1, true]);
});

it("a refusal is not lost, and leaves the fault for a request that succeeds", async () => {
  const fault = faults.inject({
    match: { operation: "GetObject" },
    count: 1,
    action: { kind: "loseAnswer" },
  });
  const missing = await sendSigned(s3, { method: "GET", path: `/${Bucket}/none` });
  expect([missing.status, fault.hits]).toEqual([404, 0]);
  const raw = await openRawRequest(s3, { method: "GET", path: `/${Bucket}/k` });
  expect([await raw.closed, raw.received(), fault.hits]).toEqual(["ECONNRESET", "", 1]);
});
