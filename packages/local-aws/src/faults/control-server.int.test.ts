import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStandIn, type StandIn } from "../testing/open-stand-in.ts";
import { sendSigned } from "../testing/s3-under-test.ts";
import { type ReceivedResponse, sendRequest } from "../testing/send-request.ts";
import { createLocalAws } from "../create-local-aws.ts";
import { FaultList, FaultReport } from "./fault.ts";

let s3: StandIn;
let control: string;

beforeAll(async () => {
  s3 = await openStandIn({ controlPort: 0 });
  control = s3.aws.controlEndpoint ?? "";
});
afterAll(() => s3.close());

const send = (method: string, path: string, value?: unknown, headers = {}): Promise<ReceivedResponse> =>
  sendRequest({
    endpoint: control,
    method,
    path,
    headers: { "content-type": "application/json", ...headers },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  });
const list = async (): Promise<FaultList["faults"]> =>
  FaultList.parse(JSON.parse((await send("GET", "/faults")).text)).faults;

const FAULT = {
  match: { operation: "PutObject" },
  count: 1,
  seed: 3,
  action: { kind: "error", code: "SlowDown" },
};

describe("the control server", () => {
  it("adds a fault, counts its hits, and removes it", async () => {
    const added = await send("POST", "/faults", FAULT);
    const { id, ...report } = FaultReport.parse(JSON.parse(added.text));
    expect(added.status).toBe(201);
    expect(report).toMatchObject({ hits: 0, seed: 3, fault: { afterRequests: 0, probability: 1 } });
    const put = { method: "PUT", path: "/test-bucket/k", body: "x" };
    expect((await sendSigned(s3, put)).status).toBe(503);
    expect((await sendSigned(s3, put)).status).toBe(200);
    expect(await list()).toMatchObject([{ id, hits: 1 }]);
    expect(s3.aws.faults.list()).toEqual(await list()); // there is one list
    expect((await send("DELETE", `/faults/${id}`)).status).toBe(204);
    expect((await send("DELETE", `/faults/${id}`)).status).toBe(404);
    expect(await list()).toEqual([]);
  });

  it("removes all faults", async () => {
    await send("POST", "/faults", FAULT);
    await send("POST", "/faults", FAULT);
    expect(await list()).toHaveLength(2);
    expect((await send("DELETE", "/faults")).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  it("shifts the clock", async () => {
    expect((await send("PUT", "/clock", { shiftMs: 3_600_000 })).status).toBe(204);
    expect((await sendSigned(s3, { method: "GET", path: "/" })).status).toBe(403);
    expect((await send("PUT", "/clock", { shiftMs: 0 })).status).toBe(204);
    expect((await sendSigned(s3, { method: "GET", path: "/" })).status).toBe(200);
  });

  it.each<[string, string, unknown, Record<string, string>, number, RegExp]>([
    ["POST", "/faults", { action: { kind: "explode" } }, {}, 400, /kind/],
    ["POST", "/faults", { ...FAULT, match: { operation: "PutObjekt" } }, {}, 400, /match\.operation/],
    ["POST", "/faults", "x".repeat(70_000), {}, 413, /longer than 65536 bytes/],
    ["POST", "/faults", FAULT, { "content-type": "text/plain" }, 415, /application\/json/],
    ["POST", "/faults", FAULT, { host: "evil.example" }, 403, /Host/],
    ["GET", "/faults", undefined, { host: "evil.example:80" }, 403, /Host/],
    ["POST", "/credentials/expire", undefined, { "content-type": "text/plain" }, 415, /json/],
    ["PUT", "/clock", { shiftMs: "1" }, {}, 400, /shiftMs/],
    ["GET", "/", undefined, {}, 404, /there is no GET \//],
    ["OPTIONS", "/faults", undefined, { origin: "http://evil.example" }, 404, /there is no OPTIONS/],
  ])("refuses %s %s of %o with %o: %i", async (method, path, value, headers, status, message) => {
    const answer = await send(method, path, value, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text).message).toMatch(message);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(await list()).toEqual([]);
  });

  it("refuses what is not JSON", async () => {
    const answer = await sendRequest({
      endpoint: control,
      method: "POST",
      path: "/faults",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect([answer.status, answer.text]).toEqual([400, '{"message":"the body is not JSON"}']);
  });

  it("is not there unless it is asked for, and not on the port of the services", async () => {
    await using other = await openOther();
    expect(other.aws.controlEndpoint).toBeUndefined();
    const answer = await sendSigned(s3, { method: "HEAD", path: "/faults" });
    expect(answer.status).toBe(404); // the name of a bucket that is not there
  });

  it("whose port is taken keeps nothing open", async () => {
    const port = Number(new URL(control).port);
    await expect(createLocalAws({ dataDir: s3.dataDir, controlPort: port })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });
});

async function openOther(): Promise<{ aws: StandIn["aws"] } & AsyncDisposable> {
  const other = await openStandIn();
  return { aws: other.aws, [Symbol.asyncDispose]: () => other.close() };
}
