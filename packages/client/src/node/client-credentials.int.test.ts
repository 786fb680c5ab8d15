import { createOidcIssuer, type OidcIssuer } from "@waybill/local-aws";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientCredentials } from "./client-credentials.ts";

let issuer: OidcIssuer;

beforeAll(async () => {
  issuer = await createOidcIssuer({
    users: [],
    clients: [{ kind: "machine", clientId: "worker", clientSecret: "s3cret", scopes: ["uploads:sweep"] }],
    audience: "urn:waybill:api",
  });
});
afterAll(() => issuer.close());

describe("a machine", () => {
  it("logs in by itself, once for all its calls, and again when it is refused", async () => {
    const token = clientCredentials({
      issuer: issuer.issuer,
      clientId: "worker",
      clientSecret: "s3cret",
      scope: "uploads:sweep",
    });
    const first = (await token({ refused: undefined })) ?? "";
    expect(decodeJwt(first)).toMatchObject({ sub: "worker", scope: "uploads:sweep", iss: issuer.issuer });
    expect(await token({ refused: undefined })).toBe(first);
    expect(await token({ refused: first })).not.toBe(first);
  });

  it("is told when the provider refuses it, or is not there", async () => {
    const ask = (of: string) =>
      clientCredentials({ issuer: of, clientId: "worker", clientSecret: "wr0ng" })({ refused: undefined });
    await expect(ask(issuer.issuer)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: `The provider at ${issuer.issuer} refused the client (invalid_client).`,
    });
    await expect(ask("http://127.0.0.1:1")).rejects.toMatchObject({ code: "IDENTITY_UNREACHABLE" });
    await expect(ask("http://login.example")).rejects.toMatchObject({ code: "IDENTITY_UNREACHABLE" });
  });
});
