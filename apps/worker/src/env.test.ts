import { describe, expect, it } from "vitest";
import { parseEnv } from "./env.ts";

const API = { WAYBILL_API_URL: "https://api.example.com" };
const CLIENT = {
  WAYBILL_OIDC_ISSUER: "https://issuer.example.com",
  WAYBILL_WORKER_CLIENT_ID: "worker",
  WAYBILL_WORKER_CLIENT_SECRET: "s3cret",
};

describe("parseEnv", () => {
  it("logs in as a client of the provider, or with a token, which comes first", () => {
    expect(parseEnv({ ...API, ...CLIENT }).login).toEqual({
      issuer: "https://issuer.example.com",
      clientId: "worker",
      clientSecret: "s3cret",
      scope: "uploads:sweep",
    });
    expect(parseEnv({ ...API, ...CLIENT, WAYBILL_TOKEN: "token" }).login).toBe("token");
  });

  it("says what is missing, and no secret", () => {
    const failing = () => parseEnv({ ...API, ...CLIENT, WAYBILL_WORKER_CLIENT_ID: undefined });
    expect(failing).toThrow("The worker cannot log in: set WAYBILL_OIDC_ISSUER,");
    expect(failing).not.toThrow("s3cret");
  });
});
