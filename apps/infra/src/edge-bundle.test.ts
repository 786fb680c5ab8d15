import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { handler as Handler } from "@waybill/lambda/edge";
import { App, Stack } from "aws-cdk-lib";
import { Function, Runtime } from "aws-cdk-lib/aws-lambda";
import { expect, it } from "vitest";
import { edgeCode } from "./edge-bundle.ts";

/** @returns the folder that would be uploaded */
function synthesise(outdir: string, keyId: string): string {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const app = new App({ outdir });
  const code = edgeCode({ version: 1, publicKeys: [{ keyId, spki }] });
  new Function(new Stack(app, "stack"), "Edge", {
    code,
    handler: "handler.handler",
    runtime: Runtime.NODEJS_22_X,
  });
  app.synth();
  const folder = readdirSync(outdir).find((name) => name.startsWith("asset.") && !name.endsWith(".json"));
  return join(outdir, folder ?? "");
}

it("deploys what answers at the edge, and nothing else, with the keys of the deployment", async () => {
  const outdir = mkdtempSync(join(tmpdir(), "waybill-edge-bundle-"));
  try {
    const first = synthesise(join(outdir, "a"), "d1");
    expect(readdirSync(first).toSorted()).toEqual(["edge-keys.json", "handler.cjs"]);
    const { handler } = createRequire(import.meta.url)(join(first, "handler.cjs")) as {
      handler: typeof Handler;
    };
    const request = { clientIp: "192.0.2.1", method: "PUT", uri: "/up/k", querystring: "", headers: {} };
    const config = { distributionDomainName: "d", distributionId: "E", requestId: "r" } as const;
    const event: Parameters<typeof handler>[0] = {
      Records: [{ cf: { config: { ...config, eventType: "viewer-request" }, request } }],
    };
    expect(await handler(event)).toMatchObject({ status: "411" });
    expect(synthesise(join(outdir, "b"), "d2").split("/").at(-1)).not.toBe(first.split("/").at(-1));
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
