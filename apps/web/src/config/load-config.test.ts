import { describe, expect, it } from "vitest";
import { loadConfig } from "./load-config.ts";

const answering =
  (body: string, status = 200) =>
  async () =>
    new Response(body, { status });

describe("loadConfig", () => {
  it("reads where the API is", async () => {
    expect(await loadConfig(answering('{ "apiUrl": "http://127.0.0.1:4310", "later": true }'))).toEqual({
      ok: true,
      config: { apiUrl: "http://127.0.0.1:4310" },
    });
  });

  it.each([
    ["an error", answering("", 503), "HTTP 503"],
    ["a page instead of JSON", answering("<!doctype html>"), "not JSON"],
    ["JSON without the address", answering("{}"), "where the API is"],
    [
      "an address that is no web address",
      answering('{ "apiUrl": "javascript:alert(1)" }'),
      "where the API is",
    ],
    ["no answer", async () => Promise.reject(new TypeError("Failed to fetch")), "cannot be reached"],
  ])("says in a sentence what is wrong with %s", async (_, fetchConfig, said) => {
    expect(await loadConfig(fetchConfig)).toEqual({ ok: false, message: expect.stringContaining(said) });
  });
});
