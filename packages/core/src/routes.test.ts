import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planUpload } from "./multipart/plan-upload.ts";
import { chooseRoute, plannedRoute, ROUTES } from "./routes.ts";
import { MAX_OBJECT_BYTES, MAX_PART_BYTES, MiB, MIN_PART_BYTES } from "./s3-limits.ts";
import { Route } from "./schemas/route.ts";

const some = fc.shuffledSubarray([...Route.options]);
const sizes = fc.oneof(
  fc.nat({ max: 20 * MiB }),
  fc.maxSafeNat().map((size) => size % (MAX_OBJECT_BYTES + 1)),
);
const upload = { direction: "upload" as const, key: "a", hasMetadata: false };
const partSizes = fc.option(fc.integer({ min: MIN_PART_BYTES, max: MAX_PART_BYTES }), { nil: undefined });

describe("chooseRoute", () => {
  it("chooses a route on which the upload can be planned, and says so where there is none", () => {
    fc.assert(
      fc.property(
        some,
        fc.constantFrom("auto" as const, ...Route.options),
        sizes,
        partSizes,
        (offered, choice, sizeBytes, partSizeBytes) => {
          const load = { ...upload, sizeBytes, partSizeBytes };
          const canPlan = (route: Route) => {
            try {
              return planUpload({ sizeBytes, route, partSizeBytes }).sizeBytes === sizeBytes;
            } catch {
              return false;
            }
          };
          const wanted = choice === "auto" ? offered : offered.filter((route) => route === choice);
          const expected = wanted.find(canPlan);
          const choose = () => chooseRoute({ choice, offered, load });
          const isTooLarge =
            wanted.length > 0 && sizeBytes > ROUTES[wanted[0] ?? "lambda"].upload.maxObjectBytes;
          const code = isTooLarge ? "TOO_LARGE" : "ROUTE_UNAVAILABLE";
          if (expected === undefined) expect(choose).toThrow(expect.objectContaining({ code }));
          else expect(choose().route).toBe(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("knows what has to go in one request", () => {
    const load = { ...upload, sizeBytes: 12 * MiB, inOne: true };
    const offered = ["lambda", "apigateway", "cloudfront"] as const;
    expect(chooseRoute({ choice: "auto", offered, load }).route).toBe("cloudfront");
    expect(chooseRoute({ choice: "auto", offered, load: { ...load, sizeBytes: 7 } }).route).toBe("lambda");
  });

  it("takes no way on which something of it gets lost", () => {
    const offered = ["apigateway", "lambda"] as const;
    const routeOf = (load: Partial<typeof upload> & { sizeBytes: number }) =>
      chooseRoute({ choice: "auto", offered, load: { ...upload, ...load } }).route;
    expect(routeOf({ sizeBytes: 1 })).toBe("apigateway");
    expect(routeOf({ sizeBytes: 1, hasMetadata: true })).toBe("lambda");
    expect(routeOf({ sizeBytes: 1, key: "a+b" })).toBe("lambda");
    expect(routeOf({ sizeBytes: 17 * MiB, hasMetadata: true })).toBe("apigateway"); // in parts
    const down = { direction: "download" as const, key: "a+b" };
    expect(chooseRoute({ choice: "auto", offered, load: down }).route).toBe("lambda");
    expect(() => chooseRoute({ choice: "apigateway", offered, load: down })).toThrow(
      "apigateway loses keys with such characters. Take lambda.",
    );
  });

  it("says why, and what to take instead", () => {
    const load = { ...upload, sizeBytes: 5_000_000 };
    expect(chooseRoute({ choice: "auto", offered: ["lambda", "presigned"], load })).toEqual({
      route: "presigned",
      reason:
        "It is the first of those that are offered that carries this: lambda carries at most 4500000 bytes, and this is 5000000.",
    });
    expect(chooseRoute({ choice: "auto", offered: ["presigned"], load }).reason).toMatch(/the first/);
    expect(chooseRoute({ choice: "presigned", offered: ["presigned"], load }).reason).toMatch(/asked for/);
    expect(() =>
      chooseRoute({ choice: "lambda", offered: ["lambda", "presigned", "apigateway"], load }),
    ).toThrow("lambda carries at most 4500000 bytes, and this is 5000000. Take presigned, apigateway.");
    expect(() => chooseRoute({ choice: "cloudfront", offered: ["lambda"], load })).toThrow(
      "cloudfront is not offered here, but lambda.",
    );
  });

  it("brings downloads of any size along any route", () => {
    for (const route of Route.options)
      expect(
        chooseRoute({ choice: "auto", offered: [route], load: { direction: "download", key: "a" } }).route,
      ).toBe(route);
  });

  it("plans with the presigned route until it knows better, in parts that nearly all others take", () => {
    expect(plannedRoute("auto")).toBe("presigned");
    expect(plannedRoute("lambda")).toBe("lambda");
    const { partSizeBytes } = planUpload({ sizeBytes: 100 * MiB, route: "presigned" });
    for (const route of ["credentials", "cloudfront", "apigateway"] as const)
      expect(ROUTES[route].upload.parts?.maxBytes).toBeGreaterThan(partSizeBytes);
  });
});
