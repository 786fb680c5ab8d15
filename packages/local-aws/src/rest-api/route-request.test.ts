import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restDocument } from "../testing/rest-document.ts";
import { readDefinition } from "./read-definition.ts";
import { routeRequest } from "./route-request.ts";

const { paths } = restDocument();
const methods = Object.values(paths as object)[0];
const { resources } = readDefinition(
  restDocument({ document: { paths: { "/things/{key}": methods, "/things/fixed": { get: noKey() } } } }),
);

describe("routing", () => {
  it("takes any one segment for a parameter, and leaves it as it was sent", () => {
    const segment = fc.stringMatching(/^[\w.~%!'()*+,;=:@&$-]{1,40}$/).filter((text) => text !== "fixed");
    fc.assert(
      fc.property(segment, (key) => {
        expect(routeRequest(resources, "PUT", `/things/${key}`).pathParameters).toEqual({ key });
        expect(routeRequest(resources, "PUT", `/things/${key}/`).pathParameters).toEqual({ key });
        for (const path of [
          `/${key}`,
          `/things//${key}`,
          `/things/${key}/${key}`,
          `/other/${key}`,
          `//things/${key}`,
        ]) {
          expect(() => routeRequest(resources, "PUT", path)).toThrow("Missing Authentication Token");
        }
      }),
    );
  });

  it("takes what is encoded for neither a slash nor a dot", () => {
    for (const key of ["a%2Fb", "..%2f..%2Fsecret", "%2e%2e%2fa", "a%252Fb", "..", "."]) {
      expect(routeRequest(resources, "GET", `/things/${key}`).pathParameters).toEqual({ key });
    }
    expect(() => routeRequest(resources, "GET", "/things/../other")).toThrow("Missing Authentication Token");
  });

  it("prefers what is written to parameters", () => {
    expect(routeRequest(resources, "GET", "/things/fixed").resource.path).toBe("/things/fixed");
    expect(() => routeRequest(resources, "PUT", "/things/fixed")).toThrow("Missing Authentication Token");
  });

  it.each(["DELETE", "POST", "PATCH", "put", ""])("knows no method %s", (method) => {
    expect(() => routeRequest(resources, method, "/things/a")).toThrow("Missing Authentication Token");
  });
});

function noKey(): unknown {
  const { get } = methods;
  return { ...get, parameters: [] };
}
