import { expect, it } from "vitest";
import { connection, initialConnection } from "./connection.ts";

it("says why it failed until it is tried again", () => {
  const failed = connection(initialConnection, { type: "failed", message: "The API cannot be reached." });
  expect(failed).toEqual({ state: "failed", message: "The API cannot be reached." });
  expect(connection(failed, { type: "began" })).toEqual({ state: "connecting" });
  expect(connection(failed, { type: "succeeded" })).toEqual({ state: "connected" });
});
