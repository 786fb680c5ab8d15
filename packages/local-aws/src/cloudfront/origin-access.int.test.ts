import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServiceCredentials } from "../identity/service-credentials.ts";
import { signWithAws4 } from "../testing/s3-under-test.ts";
import { sendRequest, xmlValue } from "../testing/send-request.ts";
import type { CloudFront } from "./create-cloudfront.ts";
import { toControl, toDistributionConfig, toResources } from "./testing/distribution.ts";
import { type Edge, openEdge } from "./testing/open-edge.ts";

let edge: Edge;
let cloudFront: CloudFront;

beforeAll(async () => {
  edge = await openEdge();
  cloudFront = await edge.open();
  await edge.put("k");
});
afterAll(() => edge.close());

describe("origin access control", () => {
  it("is let in by a bucket policy for the service and the distribution, to read and to write", async () => {
    const read = await sendRequest({ ...cloudFront, method: "GET", path: "/k" });
    expect(read).toMatchObject({ status: 200, text: "stored" });
    const put = await sendRequest({ ...cloudFront, method: "PUT", path: "/new", body: "written" });
    expect(put.status).toBe(200);
    expect(await edge.get("new")).toBe("written");
  });

  it("is the only way in: nobody reads the bucket past it", async () => {
    const direct = await sendRequest({ ...edge.s3, method: "GET", path: "/test-bucket/k" });
    expect(direct.status).toBe(403);
  });

  it("does not open the bucket to another distribution", async () => {
    const other = await edge.open({ distributionId: "EOTHER" });
    const refused = await sendRequest({ ...other, method: "GET", path: "/k" });
    expect(refused.status).toBe(403);
    expect(xmlValue(refused.text, "Code")).toBe("AccessDenied");
    expect(refused.headers["x-cache"]).toBe("Error from cloudfront");
    expect(edge.s3.lines.at(-1)).toContain(
      "cloudfront.amazonaws.com for arn:aws:cloudfront::000000000000:distribution/EOTHER: s3:GetObject",
    );
  });

  it("may do no more than the policy says", async () => {
    await edge.allow(cloudFront.distributionArn, ["s3:GetObject"]);
    try {
      const put = await sendRequest({ ...cloudFront, method: "PUT", path: "/refused", body: "x" });
      expect(put.status).toBe(403);
      const removed = await sendRequest({ ...cloudFront, method: "DELETE", path: "/k" });
      expect(removed.status).toBe(403);
    } finally {
      await edge.allow(cloudFront.distributionArn);
    }
  });

  it("cannot be claimed by who lacks the key of S3's stand-in", async () => {
    const forged = createServiceCredentials({
      sessionKey: Buffer.alloc(32, 7),
      service: "cloudfront.amazonaws.com",
      sourceArn: cloudFront.distributionArn,
    })(new Date());
    const { path, headers } = signWithAws4(
      { ...edge.s3, credentials: forged },
      { method: "GET", path: "/test-bucket/k" },
    );
    const refused = await sendRequest({ ...edge.s3, method: "GET", path, headers });
    expect(refused.status).toBe(400);
    expect(xmlValue(refused.text, "Code")).toBe("InvalidToken");
  });

  it("overwrites what a viewer says of signatures", async () => {
    const headers = {
      authorization: "AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/s3/aws4_request",
      "x-amz-date": "20200101T000000Z",
      "x-amz-security-token": "mine",
    };
    const read = await sendRequest({ ...cloudFront, method: "GET", path: "/k", headers });
    expect(read).toMatchObject({ status: 200, text: "stored" });
  });

  it("signs the hash of the body that a viewer names, so that S3 holds the body against it", async () => {
    const headers = { "x-amz-content-sha256": "0".repeat(64) };
    const refused = await sendRequest({ ...cloudFront, method: "PUT", path: "/hash", headers, body: "x" });
    expect(xmlValue(refused.text, "Code")).toBe("XAmzContentSHA256Mismatch");
  });

  it.each(["never", "no-override"] as const)(
    "%s: leaves an unsigned or a viewer's own request",
    async (behavior) => {
      const resources = toResources({ originAccessControls: { control: toControl(behavior) } });
      const { endpoint } = await edge.open({ resources });
      const unsigned = await sendRequest({ endpoint, method: "PUT", path: "/own", body: "x" });
      expect(unsigned.status).toBe(behavior === "never" ? 403 : 200);
      // Signed for S3, as CloudFront will name it there.
      const host = "test-bucket.s3.us-east-1.amazonaws.com";
      const signed = signWithAws4(
        { ...edge.s3, endpoint: `http://${host}` },
        { method: "PUT", path: "/own", body: "x" },
      );
      const own = await sendRequest({
        endpoint,
        method: "PUT",
        path: "/own",
        headers: { ...signed.headers, Host: new URL(endpoint).host },
        body: "x",
      });
      expect(own.status).toBe(200);
    },
  );

  it("has the condition keys of a service, and not those of a caller of ours", async () => {
    const allow = async (Condition: object) => {
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Service: "cloudfront.amazonaws.com" },
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::test-bucket/*",
          Condition,
        },
      });
      await edge.client.send(new PutBucketPolicyCommand({ Bucket: "test-bucket", Policy }));
      return (await sendRequest({ ...cloudFront, method: "GET", path: "/k" })).status;
    };
    expect(await allow({ StringEquals: { "aws:SourceAccount": "000000000000" } })).toBe(200);
    expect(await allow({ Bool: { "aws:PrincipalIsAWSService": "true" } })).toBe(200);
    expect(await allow({ StringEquals: { "aws:PrincipalServiceName": "cloudfront.amazonaws.com" } })).toBe(
      200,
    );
    expect(await allow({ StringEquals: { "aws:PrincipalType": "Account" } })).toBe(403);
    expect(await allow({ IpAddress: { "aws:SourceIp": "127.0.0.0/8" } })).toBe(403);
    await edge.allow(cloudFront.distributionArn);
  });
});

it("refuses a distribution that signs with anything but what is known", async () => {
  const resources = {
    originAccessControls: { control: { ...toControl("always"), SigningProtocol: "sigv2" } },
  };
  await expect(
    // @ts-expect-error not a protocol that CloudFront has
    edge.open({ distributionConfig: toDistributionConfig(), resources }),
  ).rejects.toThrow("SigningProtocol");
});
