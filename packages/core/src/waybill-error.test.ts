import { describe, expect, it } from "vitest";
import { isWaybillErrorCode, WAYBILL_ERRORS, WaybillError, type WaybillErrorCode } from "./waybill-error.ts";

const codes = Object.keys(WAYBILL_ERRORS).filter(isWaybillErrorCode);

describe.each(codes)("an error %s", (code: WaybillErrorCode) => {
  it("says what it means: to people in a sentence, to programs in a status and whether to try again", () => {
    const error = new WaybillError(code);
    const [status, sentence, again] = WAYBILL_ERRORS[code];
    const retryable = again === "retryable";
    expect(error).toMatchObject({ name: "WaybillError", code, message: sentence, retryable, status });
    expect(sentence).toMatch(/^[A-Z].+\.$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    // Whoever asked wrongly is told so, and asks no better the second time; but who asked too often may ask later.
    if (retryable && status !== 429) expect(status).toBeGreaterThanOrEqual(500);
  });
});

describe("WaybillError", () => {
  it("keeps a better message, and what caused it", () => {
    const cause = new TypeError("socket closed");
    const error = new WaybillError("STORAGE_BUSY", "The store is busy: try later.", { cause });
    expect(error).toBeInstanceOf(Error);
    expect([error.message, error.cause]).toEqual(["The store is busy: try later.", cause]);
  });
});

describe("isWaybillErrorCode", () => {
  it.each(["toString", "__proto__", "", "invalid_input", 1, null, undefined])(
    "is not fooled by %j",
    (value) => {
      expect(isWaybillErrorCode(value)).toBe(false);
    },
  );
});
