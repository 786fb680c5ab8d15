import { WaybillError } from "@waybill/core";
import { beforeEach, describe, expect, it } from "vitest";
import { LoginRequired, type Provider } from "./open-provider.ts";
import { createPageLogin, LOGGED_IN_KEY, type PageWindow } from "./page-login.ts";

const PAGE = "https://files.example.com/";
const ISSUER = "https://login.example.com";
const user = { issuer: ISSUER, subject: "u1", name: "Alice" };
const tokens = {
  accessToken: "access",
  refreshToken: "refresh",
  idToken: "id",
  obtainedAtMs: 0,
  expiresAtMs: 1,
};

function storage() {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

let visited: string[];
let redeemed: number;
let answer: () => Awaited<ReturnType<Provider["redeem"]>>;
let page: PageWindow & {
  sessionStorage: ReturnType<typeof storage>;
  localStorage: ReturnType<typeof storage>;
};

beforeEach(() => {
  visited = [];
  redeemed = 0;
  answer = () => ({ user, tokens });
  const location = { href: PAGE, assign: visit("assign"), replace: visit("replace") };
  page = {
    location,
    history: { replaceState: (_state, _unused, url) => void (location.href = String(url)) },
    sessionStorage: storage(),
    localStorage: storage(),
  };
});

function visit(how: string) {
  return (url: string | URL) => void visited.push(`${how} ${url}`);
}

const provider: Provider = {
  issuer: ISSUER,
  loginUrl: async ({ state }, { silent }) => `${ISSUER}/auth?state=${state}${silent ? "&prompt=none" : ""}`,
  async redeem(url, { state }) {
    redeemed += 1;
    expect(url.searchParams.get("state")).toBe(state);
    return answer();
  },
  refresh: async () => tokens,
  logoutUrl: () => `${ISSUER}/logout`,
  revoke: async () => undefined,
};

const arrive = () => createPageLogin(provider, page).arrive();

/** Go to the provider, and come back with what it says. */
async function comeBack(parameters: string) {
  await createPageLogin(provider, page).logIn();
  const state = new URL(visited.at(-1)?.split(" ")[1] ?? "").searchParams.get("state");
  page.location.href = `${PAGE}?x=1&state=${state}&iss=${ISSUER}&${parameters}`;
  return arrive();
}

describe("a page", () => {
  it("knows nobody who has never been here", async () => {
    expect(await arrive()).toEqual({ state: "out" });
    expect(visited).toEqual([]);
  });

  it("knows who comes back from the provider, and leaves nothing in its address or storage", async () => {
    expect(await comeBack("code=c1")).toEqual({ state: "in", user, tokens });
    expect(page.location.href).toBe(`${PAGE}?x=1`);
    expect([...page.sessionStorage.values.values()]).toEqual([]);
    expect([...page.localStorage.values.entries()]).toEqual([[LOGGED_IN_KEY, ISSUER]]);
  });

  it("asks the provider, and nobody else, who was here before", async () => {
    await comeBack("code=c1");
    expect(await arrive()).toEqual({ state: "leaving" });
    expect(visited.at(-1)).toMatch(/^replace .*prompt=none$/);
  });

  it("does not ask again when the provider would have to ask somebody", async () => {
    await comeBack("code=c1");
    answer = () => {
      throw new LoginRequired();
    };
    expect(await comeBack("error=login_required")).toEqual({ state: "out" });
    expect(await arrive()).toEqual({ state: "out" });
  });

  it("says what went wrong, and does not try again by itself", async () => {
    answer = () => {
      throw new WaybillError("UNAUTHENTICATED", "The login was cancelled.");
    };
    await expect(comeBack("error=access_denied")).rejects.toThrow("The login was cancelled.");
    expect(await arrive()).toEqual({ state: "out" });
  });

  it("does not believe an answer that it has not asked for, nor one twice", async () => {
    page.location.href = `${PAGE}?code=stolen&state=s`;
    expect(await arrive()).toEqual({ state: "out" });
    expect(page.location.href).toBe(PAGE);
    await comeBack("code=c1");
    page.localStorage.values.clear();
    page.location.href = `${PAGE}?code=c1&state=s`;
    expect(await arrive()).toEqual({ state: "out" });
    expect(redeemed).toBe(1);
  });

  it("is left as nobody", async () => {
    await comeBack("code=c1");
    await createPageLogin(provider, page).logOut(tokens);
    expect(visited.at(-1)).toBe(`assign ${ISSUER}/logout`);
    expect([...page.localStorage.values.keys()]).toEqual([]);
  });
});
