import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checksumOfBytes,
  createCloudFrontSigner,
  createDoorSigner,
  importCloudFrontKey,
  importDoorKey,
  OWN_RECORDS_PREFIX,
  partRequest,
  signRequest,
  unpackSignature,
  uriEncodeKey,
} from "@waybill/core";
import { writeEdgeBundle } from "@waybill/lambda/write-edge-bundle";
import {
  createCloudFront,
  createLocalAws,
  type CloudFront,
  type EdgeHandler,
  type LocalAws,
} from "@waybill/local-aws";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { ACCOUNT, REGION, synthesized } from "./testing/synthesized.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:edge:1";
const KEY = "files/u1/01/a b.txt";
const bytes = Buffer.from("some bytes");

let folder: string;
let aws: LocalAws;
let cloudFront: CloudFront;
let bucket: string;
let signGet: ReturnType<typeof createCloudFrontSigner>["signGet"];
const now = () => new Date();
const door = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const urls = generateKeyPairSync("ec", { namedCurve: "prime256v1" });

const Deployed = z.object({
  DistributionConfig: z.object({ Origins: z.tuple([z.object({ DomainName: z.string() })]) }),
});
const BucketPolicy = z.object({
  Bucket: z.string(),
  PolicyDocument: z.object({ Statement: z.array(z.looseObject({ Condition: z.optional(z.unknown()) })) }),
});

/** What is deployed, in the words of the stand-ins: their account, names of buckets and functions that could be. */
function deployed() {
  const { resources } = synthesized("dev");
  const found = (type: string) => resources.filter((resource) => resource.type === `AWS::${type}`);
  const distribution = found("CloudFront::Distribution").find(({ id }) => id.startsWith("FilesAtEdge"));
  const [origin] = Deployed.parse(distribution?.properties).DistributionConfig.Origins;
  const name = origin.DomainName.split(".")[0] ?? "";
  const named = (value: unknown): string =>
    JSON.stringify(value)
      .replaceAll(origin.DomainName, `${name}.s3.${REGION}.amazonaws.com`)
      .replaceAll(/"[^"]+\.functionarn\.example"/g, JSON.stringify(FUNCTION))
      .replaceAll(".id.example", "")
      .replaceAll(ACCOUNT, "000000000000");
  const byId = (type: string, config: string) =>
    Object.fromEntries(
      found(type).map(({ id, properties }) => [
        id.toLowerCase(),
        JSON.parse(named(properties[config])) as unknown,
      ]),
    );
  const policy = found("S3::BucketPolicy")
    .map(({ properties }) => BucketPolicy.parse(properties))
    .find(({ Bucket }) => Bucket === name);
  return {
    name,
    distributionId: distribution?.id.toLowerCase() ?? "",
    distributionConfig: (JSON.parse(named(distribution?.properties)) as Record<string, unknown>)[
      "DistributionConfig"
    ],
    byId,
    // There is no TLS on loopback.
    policy: {
      Version: "2012-10-17",
      Statement: policy?.PolicyDocument.Statement.filter(
        (statement) => !/SecureTransport|TlsVersion/.test(JSON.stringify(statement.Condition ?? {})),
      ).map((statement) => JSON.parse(named(statement)) as unknown),
    },
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-distribution-"));
  const dataDir = join(folder, "aws");
  const { name, policy, byId, distributionId, distributionConfig } = deployed();
  bucket = name;
  aws = await createLocalAws({ dataDir, region: REGION, buckets: [{ name, policy }] });
  const spki = door.publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const module = writeEdgeBundle(join(folder, "edge"), [{ keyId: "d1", spki }]);
  const { handler } = createRequire(import.meta.url)(module) as { handler: EdgeHandler };
  const pem = urls.publicKey.export({ type: "spki", format: "pem" }).toString();
  const [keyId = ""] = Object.keys(byId("CloudFront::PublicKey", "PublicKeyConfig"));
  const resources = {
    cachePolicies: byId("CloudFront::CachePolicy", "CachePolicyConfig"),
    keyGroups: byId("CloudFront::KeyGroup", "KeyGroupConfig"),
    originAccessControls: byId("CloudFront::OriginAccessControl", "OriginAccessControlConfig"),
    publicKeys: { [keyId]: { EncodedKey: pem } }, // the one that is deployed here has no private half
    responseHeadersPolicies: Object.fromEntries(
      Object.entries(byId("CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig")).filter(
        ([id]) => id.startsWith("filesatedge"), // the page's are none of ours
      ),
    ),
  } as NonNullable<Parameters<typeof createCloudFront>[0]["resources"]>;
  cloudFront = await createCloudFront({
    distributionId,
    distributionConfig,
    resources,
    functions: { [FUNCTION]: handler },
    s3: { endpoint: aws.endpoint, region: REGION, dataDir },
    loopbackIsSecure: true,
  });
  signGet = createCloudFrontSigner({ url: cloudFront.endpoint, key: cloudFrontKey(keyId), now }).signGet;
});
afterAll(async () => {
  await cloudFront.close();
  await aws.close();
  await rm(folder, { recursive: true });
});

function cloudFrontKey(keyPairId: string) {
  const privateKeyPem = urls.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return () => importCloudFrontKey({ keyPairId, privateKeyPem, hash: "SHA-256" });
}

async function put(key: string): Promise<Response> {
  const pkcs8 = new Uint8Array(door.privateKey.export({ type: "pkcs8", format: "der" }));
  const signer = createDoorSigner({
    route: "cloudfront",
    urlOf: (objectKey) => `${cloudFront.endpoint}/up/${uriEncodeKey(objectKey)}`,
    key: () => importDoorKey({ keyId: "d1", pkcs8 }),
    now,
  });
  const checksum = checksumOfBytes("CRC64NVME", bytes);
  const file = { key, fileName: "a.txt", contentType: "text/plain", metadata: {}, sizeBytes: bytes.length };
  const { template, signatures, signatureForm } = await signer.signPut({
    put: { ...file, overwrite: true },
    integrity: "CRC64NVME",
    checksum,
    policy: 60,
  });
  const signature = unpackSignature(signatures, 0, signatureForm) ?? "";
  const request = partRequest(template, { partNumber: 1, sizeBytes: bytes.length, checksum, signature });
  return fetch(request.url, { method: request.method, headers: request.headers, body: bytes });
}

const get = async (key: string): Promise<Response> => {
  const { request } = await signGet({ key, fileName: "b.txt", disposition: "attachment", policy: 60 });
  return fetch(request.url);
};

describe("the distribution that is deployed, in a stand-in of CloudFront", () => {
  it("takes what was granted, and hands it out to who has a signed URL, under the name that is signed", async () => {
    expect((await put(KEY)).status).toBe(200);
    const answer = await get(KEY);
    expect(await answer.text()).toBe("some bytes");
    expect(answer.headers.get("content-disposition")).toContain('filename="b.txt"');
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await fetch(`${cloudFront.endpoint}/${uriEncodeKey(KEY)}`)).status).toBe(403);
    expect((await fetch(`${cloudFront.endpoint}/up/${uriEncodeKey(KEY)}`, { method: "PUT" })).status).toBe(
      403,
    );
  });

  it("does not reach what the API keeps for itself, whatever is signed", async () => {
    const key = `${OWN_RECORDS_PREFIX}record`;
    const { url, headers } = signRequest({
      method: "PUT",
      origin: aws.endpoint,
      path: `/${bucket}/${key}`,
      query: {},
      headers: {},
      payload: "UNSIGNED-PAYLOAD",
      credentials: aws.credentials,
      region: REGION,
      signedAt: now(),
    });
    expect((await fetch(url, { method: "PUT", headers, body: "kept" })).status).toBe(200);
    expect((await get(key)).status).toBe(403);
    expect((await put(key)).status).toBe(403);
  });

  it("takes no other method than its door does", async () => {
    for (const method of ["DELETE", "POST", "PATCH"])
      expect((await fetch(`${cloudFront.endpoint}/up/${uriEncodeKey(KEY)}`, { method })).status).toBe(403);
    for (const method of ["DELETE", "PUT"])
      expect((await fetch(`${cloudFront.endpoint}/${uriEncodeKey(KEY)}`, { method })).status).toBe(403);
  });
});
