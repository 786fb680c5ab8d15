import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from "@aws-sdk/client-s3";
import { TRPCError } from "@trpc/server";
import { checksumOfBytes, WaybillError, type CollectionAction } from "@waybill/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { GRANTS, MISUSES, type Misuse, type Refusal } from "./grants.ts";
import { BYTES, storeOwn, type Granted } from "./obtain-grants.ts";
import { sendRaw, type RawRequest } from "./raw-request.ts";
import type { OpenDoors } from "./open-doors.ts";
import { openScene, openWithDoors, type Api, type Scene } from "./scene.ts";

const LATER_MS = 2 * 3600_000;
const LONGER_BYTES = new TextEncoder().encode("own+");
const OTHER_BYTES = new TextEncoder().encode("oth");

let api: Api;
let doors: OpenDoors;
let scene: Scene;

beforeAll(async () => {
  [api, doors] = await openWithDoors();
  const pair = { attacker: { id: "u1", scopes: [] }, victim: { id: "u10", scopes: [] } };
  scene = await openScene(api, { ...pair, collection: "files" });
});
afterAll(async () => {
  scene[Symbol.dispose]();
  await doors[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

/** What happens when it is later for all: nothing that lives for an hour is valid then. */
async function later<T>(run: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LATER_MS });
  try {
    return await run();
  } finally {
    vi.useRealTimers();
  }
}

/** How a grant is misused; each misuse changes one thing. */
const MISUSE: Record<Misuse, (granted: Granted) => Promise<string>> = {
  "with another signature": ({ request }) => {
    const { cookie } = request.headers;
    return send({
      ...request,
      path: otherSignature(request.path),
      headers:
        cookie === undefined ? request.headers : { ...request.headers, cookie: otherSignature(cookie) },
    });
  },
  "for another method": ({ request }) => send({ ...request, method: "DELETE" }),
  "for another key": async (granted) => {
    const [mine, other] = [granted.key, await storeOwn(scene)].map(granted.encode);
    return send({ ...granted.request, path: granted.request.path.replace(mine ?? "", other ?? "") });
  },
  "for another part": ({ request }) => {
    const other = request.path.replace(/(?<=[?&]partNumber=)2(?=&|$)/, "3");
    return send({ ...request, path: other === request.path ? withParameter(other, "partNumber=1") : other });
  },
  "with another length": ({ request }) => send({ ...request, body: request.body && LONGER_BYTES }),
  "with another type": ({ request }) =>
    request.method === "GET"
      ? send({ ...request, path: withParameter(request.path, "response-content-type=text%2Fhtml") })
      : send({ ...request, headers: { ...request.headers, "content-type": "text/html" } }),
  "with another checksum": ({ request }) => {
    const sums = Object.keys(request.headers).filter((name) => name.startsWith("x-amz-checksum-"));
    const other = checksumOfBytes("CRC64NVME", OTHER_BYTES);
    const headers = { ...request.headers, ...Object.fromEntries(sums.map((name) => [name, other])) };
    return send({ ...request, headers, body: request.body && OTHER_BYTES });
  },
  "with other bytes": ({ request }) => send({ ...request, body: request.body && OTHER_BYTES }),
  "so that it may replace what is there": ({ request }) => {
    const { "if-none-match": _, ...headers } = request.headers;
    return send({ ...request, headers });
  },
  "when it has ended": ({ request }) => later(() => send(request)),
  "a second time": async ({ request }) => {
    expect(await send(request)).toMatch(/^200/);
    return send(request);
  },
  "as another principal": ({ again }) => outcomeOf(again(api.as({ id: "u10", scopes: [] }))),
};

/** The same of credentials, which sign whatever their policy allows. */
const CREDENTIALS: {
  title: string;
  actions: CollectionAction[];
  use: (s3: S3Client) => Promise<unknown>;
  ends: Refusal;
}[] = [
  {
    title: "credentials to upload, for another action",
    actions: ["create"],
    use: (s3) => s3.send(new DeleteObjectCommand(own())),
    ends: "403 AccessDenied",
  },
  {
    title: "credentials to read, for uploading",
    actions: ["read", "list"],
    use: (s3) => s3.send(new PutObjectCommand({ ...own(), Body: BYTES, IfNoneMatch: "*" })),
    ends: "403 AccessDenied",
  },
  {
    title: "credentials to upload, for listing",
    actions: ["create", "read", "delete"],
    use: (s3) => s3.send(new ListObjectsV2Command({ Bucket: api.direct.bucket, Prefix: scene.ownPrefix })),
    ends: "403 AccessDenied",
  },
  {
    title: "credentials to upload, for another prefix",
    actions: ["create"],
    use: (s3) =>
      s3.send(new PutObjectCommand({ ...own(), Key: "files/u10/a", Body: BYTES, IfNoneMatch: "*" })),
    ends: "403 AccessDenied",
  },
  {
    title: "credentials to upload, so that they may replace what is there",
    actions: ["create"],
    use: (s3) => s3.send(new PutObjectCommand({ ...own(), Body: BYTES })),
    ends: "403 AccessDenied",
  },
  {
    title: "credentials to upload, a second time",
    actions: ["create"],
    async use(s3) {
      const there = { ...own(), Body: BYTES, IfNoneMatch: "*" };
      await s3.send(new PutObjectCommand(there));
      return s3.send(new PutObjectCommand(there));
    },
    ends: "412 PreconditionFailed",
  },
  {
    title: "credentials to read, for another prefix",
    actions: ["read", "list"],
    use: (s3) => s3.send(new GetObjectCommand({ ...own(), Key: scene.victim.key })),
    ends: "403 AccessDenied",
  },
  {
    title: "credentials to upload, with other bytes than were hashed",
    actions: ["create"],
    use: (s3) =>
      s3.send(
        new PutObjectCommand({
          ...own(),
          Body: OTHER_BYTES,
          IfNoneMatch: "*",
          ChecksumCRC64NVME: checksumOfBytes("CRC64NVME", BYTES),
        }),
      ),
    ends: "400 BadDigest",
  },
  {
    title: "credentials to upload, when they have ended",
    actions: ["create"],
    async use(s3) {
      return later(() => s3.send(new PutObjectCommand({ ...own(), Body: BYTES, IfNoneMatch: "*" })));
    },
    ends: "400 ExpiredToken",
  },
];

describe("misuse of", () => {
  for (const grant of GRANTS) {
    for (const misuse of MISUSES) {
      const expected = grant.misused[misuse];
      it(`${grant.name} ${misuse} is answered with ${expected}`, async () => {
        const outcome = await MISUSE[misuse](await grant.obtain(scene));
        expect(outcome).toBe(expected.startsWith("harmless: ") ? "200" : expected);
        expect(await scene.findDamage()).toEqual([]);
      });
    }
  }

  for (const { title, actions, use, ends } of CREDENTIALS) {
    it(`${title} is answered with ${ends}`, async () => {
      const { client } = await scene.session(actions);
      expect(await outcomeOf(use(client))).toBe(ends);
      expect(await scene.findDamage()).toEqual([]);
    });
  }
});

/** One character of it is another one. */
function otherSignature(text: string): string {
  return text.replace(/(?<=Signature=|signature=)./, (first) => (first === "a" ? "b" : "a"));
}

function withParameter(path: string, parameter: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}${parameter}`;
}

let count = 0;

/** A key that is free. */
function own(): { Bucket: string; Key: string } {
  return { Bucket: api.direct.bucket, Key: `${scene.ownPrefix}misused-${++count}` };
}

async function send(request: RawRequest): Promise<string> {
  const { status, text } = await sendRaw(request);
  // S3 says it in XML, API Gateway in JSON, and CloudFront sometimes in a page.
  const [, code] =
    /<Code>(\w+)</.exec(text) ?? /"[Mm]essage":"([^"]*)"/.exec(text) ?? /<H1>\d+ (\w+)</.exec(text) ?? [];
  return code === undefined ? String(status) : `${status} ${code}`;
}

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "200";
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.$metadata.httpStatusCode} ${error.name}`;
    const { cause } = error instanceof TRPCError ? error : { cause: error };
    if (cause instanceof WaybillError) return `${cause.status} ${cause.code}`;
    throw error;
  }
}
