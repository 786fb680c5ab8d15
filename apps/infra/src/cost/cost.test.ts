import { readFileSync } from "node:fs";
import { Route } from "@waybill/core";
import { describe, expect, it } from "vitest";
import { costDocument, costOf, IDLE } from "./cost-document.ts";
import { synthesized } from "../testing/synthesized.ts";
import { ASSUMED, countTransfer } from "./count-transfer.ts";

const { resources } = synthesized("prod");

describe("what a transfer costs", () => {
  it("is counted down to the request", () => {
    // 120 parts of 8 MiB: begin, 120 parts, list, complete, describe, count; create, 8 times sign, complete.
    expect(countTransfer("presigned", "upload", 1e9)).toMatchObject({
      s3Write: 124,
      s3Read: 1,
      httpApiRequest: 10,
    });
    // 1 GB through a gateway of 10 MB: ranges, each asked for and answered.
    expect(countTransfer("apigateway", "download", 1e9)).toMatchObject({
      s3Read: 101,
      restApiRequest: 100,
      outOfAws: expect.closeTo(1) as number,
    });
    // 4.5 MB are nine times 512 KiB, and the call that grants it.
    expect(countTransfer("lambda", "upload", 4_500_000)).toMatchObject({ s3Write: 2, httpApiRequest: 10 });
    expect(countTransfer("lambda", "upload", 4_500_001)).toBeUndefined();
    // 1 GB by a Function URL: five answers, of each 194 MB with 2 MB a second, by half a GB of memory.
    expect(countTransfer("lambda", "download", 1e9)).toMatchObject({
      s3Read: 6,
      httpApiRequest: 1,
      lambdaRequest: 6,
      lambdaStreamed: expect.closeTo(0.97) as number,
      lambdaTime: expect.closeTo(5 * 97.15 * 0.5 + (0.05 * 1.769) / 1.024, 2) as number,
    });
    expect(countTransfer("lambda", "download", 6e6)).toMatchObject({ lambdaStreamed: 0 });
    expect(countTransfer("cloudfront", "upload", 1e6)).toMatchObject({
      cloudfrontToOrigin: 0.001,
      edgeRequest: 1,
    });
  });

  it("is, for what leaves AWS, mostly the price of the bytes", () => {
    for (const route of Route.options) {
      const cost = costOf(countTransfer(route, "download", 1e9) ?? {});
      const bytes = route === "cloudfront" ? 0.085 : 0.09;
      expect(cost).toBeGreaterThan(bytes);
      expect(cost).toBeLessThan(bytes * (route === "lambda" ? 1.15 : 1.05));
    }
  });

  it("is little for a stage that nobody uses", () => {
    expect(costOf(IDLE)).toBeLessThan(10);
    const alarms = resources.filter(({ type }) => type === "AWS::CloudWatch::Alarm");
    expect(IDLE.alarm).toBe(alarms.length);
  });

  it("is counted with the memory that the functions have", () => {
    const memoryGbOf = (name: RegExp) => {
      const found = resources.find(({ type, id }) => type === "AWS::Lambda::Function" && name.test(id));
      return Number(found?.properties["MemorySize"]) / 1024;
    };
    expect([ASSUMED.api, ASSUMED.stream, ASSUMED.authorizer].map(({ memoryGb }) => memoryGb)).toEqual(
      [/^Api/, /^StreamDoor/, /^RestDoorAuthorizer/].map(
        (name) => expect.closeTo(memoryGbOf(name)) as number,
      ),
    );
  });

  it("is what docs/cost.md says: else `npx pnpm cost`", () => {
    const cells = (text: string) => text.replaceAll(/ *\| */g, "|").replaceAll(/-+:?/g, "-"); // oxfmt aligns tables
    const document = readFileSync(new URL("../../../../docs/cost.md", import.meta.url), "utf8");
    expect(cells(document)).toBe(cells(costDocument()));
  });
});
