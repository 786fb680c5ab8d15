import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { restDocument } from "../testing/rest-document.ts";
import type { Invocation } from "./invocation.ts";
import { readDefinition } from "./read-definition.ts";
import type { NamedValues } from "./rest-request.ts";
import { routeRequest } from "./route-request.ts";
import { toS3Request } from "./s3-request.ts";

const { resources } = readDefinition(
  restDocument({
    parameters: [
      { name: "sent", in: "query", schema: { type: "string" } },
      { name: "X-Sent", in: "header", schema: { type: "string" } },
    ],
    requestParameters: {
      "integration.request.querystring.granted": "context.authorizer.granted",
      "integration.request.querystring.sent": "method.request.querystring.sent",
      "integration.request.header.X-Granted": "context.authorizer.granted",
      "integration.request.header.X-Sent": "method.request.header.X-Sent",
      "integration.request.header.X-Method": "context.httpMethod",
      "integration.request.header.X-Static": "'static, and no more'",
    },
  }),
);

function map(options: {
  authorizer: Record<string, string>;
  headers?: NamedValues;
  query?: NamedValues;
  segment?: string;
}) {
  const { authorizer, headers = [], query = [], segment = "a" } = options;
  const path = `/things/${segment}`;
  const routed = routeRequest(resources, "PUT", path);
  const invocation: Invocation = {
    request: { method: "PUT", path, headers, query },
    routed,
    requestId: "id",
    stage: "prod",
    now: new Date(0),
    authorizer: new Map(Object.entries(authorizer)),
  };
  const { integration } = routed.method;
  if (integration.kind !== "s3") throw new Error("no integration of S3");
  return toS3Request(integration, invocation, Buffer.from("body"));
}

const key = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.isWellFormed());
const name = fc.oneof(
  fc.constantFrom("granted", "key", "X-Granted", "context.authorizer.key", "authorizer", "x-sent"),
  fc.stringMatching(/^[\w-]{1,10}$/),
);
const values = fc.array(fc.tuple(name, fc.stringMatching(/^[\w ]{1,10}$/)));

describe("what is mapped", () => {
  it("has the key of the authorizer in its path, whatever it is", () => {
    fc.assert(
      fc.property(key, (text) => {
        const [path = ""] = map({ authorizer: { key: text } }).path.split("?");
        expect(path).toMatch(/^\/bucket\/[\w.~%!'()*+,;=:@&$/-]*$/);
        expect(decodeURIComponent(path)).toBe(`/bucket/${text}`);
      }),
    );
  });

  it("cannot be changed by what a client sends", () => {
    fc.assert(
      fc.property(values, values, fc.stringMatching(/^[\w.%]{1,10}$/), (headers, query, segment) => {
        const granted = map({ authorizer: { key: "a", granted: "yes" }, headers, query, segment });
        expect(granted.path.split("?")[0]).toBe("/bucket/a");
        expect(granted.path).toContain("?granted=yes");
        expect(granted.headers["x-granted"]).toBe("yes");
        const bare = map({ authorizer: { key: "a" }, headers, query, segment });
        expect(bare.path).not.toContain("granted=");
        expect(bare.headers).not.toHaveProperty("x-granted");
      }),
    );
  });

  it("is the last of several values, in exactly the writing that was declared", () => {
    const { path, headers } = map({
      authorizer: { key: "a" },
      headers: [
        ["X-Sent", "1"],
        ["X-Sent", "2"],
        ["x-sent", "3"],
      ],
      query: [
        ["sent", "1"],
        ["sent", "2 & 3"],
        ["Sent", "4"],
      ],
    });
    expect(path).toBe("/bucket/a?sent=2%20%26%203");
    expect(headers["x-sent"]).toBe("2");
  });

  it("is text of the document, the request's context, and nothing where there is nothing", () => {
    const { path, headers } = map({ authorizer: { key: "a", granted: "" } });
    expect(path).toBe("/bucket/a");
    expect(headers).toMatchObject({ "x-static": "static, and no more", "x-method": "PUT" });
    expect(headers).not.toHaveProperty("x-granted");
    expect(() => map({ authorizer: {} })).toThrow("Internal server error");
  });
});
