import { execFile, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createFormBrowser, confirmDevice } from "@waybill/local-aws/testing";
import { describe, expect, it } from "vitest";
import { writeRandomFile } from "./page-driver.ts";
import { CLI, runCli, startStack } from "./start-stack.ts";
import { useStack } from "./use-stack.ts";

const MiB = 1024 ** 2;
/** For a machine that has much to do, long enough to log in with. */
const SHORT_TOKEN_SECONDS = 4;

const used = useStack();
let users = 0;

/** Somebody on a machine of their own, on which nobody is logged in yet. */
function newMachine(of = used.stack) {
  const stateHome = join(used.folder, `state-${++users}`);
  const env = { ...of.env, WAYBILL_TOKEN: undefined, XDG_STATE_HOME: stateHome };
  const logins = join(stateHome, "waybill", "logins");
  const loginFile = async () => join(logins, (await readdir(logins))[0] ?? "");
  return {
    env,
    logins,
    waybill: (...args: string[]) => runCli(args, env),
    login: (...args: string[]) => beginLogin(env, args),
    loginFile,
    async accessToken() {
      return (JSON.parse(await readFile(await loginFile(), "utf8")) as { accessToken: string }).accessToken;
    },
  };
}

interface Prompt {
  verificationUri: string;
  userCode?: string;
}

/** Start `waybill login`, and wait until it says what its user has to do. */
async function beginLogin(env: NodeJS.ProcessEnv, args: string[]) {
  const outcome = Promise.withResolvers<{ code: number | null; stdout: string; stderr: string }>();
  const child: ChildProcess = execFile(
    process.execPath,
    [CLI, "login", "--json", ...args],
    { env },
    (_, stdout, stderr) => outcome.resolve({ code: child.exitCode, stdout, stderr }),
  );
  const [line] = (await once(child.stderr ?? child, "data")) as [string];
  const { login } = JSON.parse(line.split("\n")[0] ?? "") as { login: Prompt };
  return { ...login, outcome: outcome.promise };
}

async function loggedIn(user: string, of = used.stack) {
  const machine = newMachine(of);
  const { verificationUri, outcome } = await machine.login("--device");
  await confirmDevice(verificationUri, user);
  expect(await outcome).toMatchObject({ code: 0 });
  return machine;
}

/** As if it had been got long ago. */
async function expire(path: string): Promise<string> {
  const login = JSON.parse(await readFile(path, "utf8")) as { refreshToken: string };
  await writeFile(path, JSON.stringify({ ...login, obtainedAtMs: 1, expiresAtMs: 2 }));
  return login.refreshToken;
}

describe("waybill login", () => {
  it("is what every command asks for that needs it", async () => {
    const { waybill } = newMachine();
    for (const args of [["ls"], ["put", CLI], ["whoami"]]) {
      const { code, stdout, stderr } = await waybill(...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(`The API at ${used.stack.apiUrl} does not know who you are. Please log in.`);
      expect(stderr).toContain("Log in with: npx waybill login");
    }
    const { stderr } = await waybill("ls", "--json");
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "UNAUTHENTICATED" } });
  });

  it("shows a code, and goes on once its user has logged in on any device", async () => {
    const machine = newMachine();
    const { verificationUri, userCode, outcome } = await machine.login("--device");
    expect(verificationUri).toContain(userCode);
    await confirmDevice(verificationUri, "alice");
    const { code, stdout, stderr } = await outcome;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      id: "alice",
      name: "Alice",
      issuer: used.stack.issuerUrl,
      apiUrl: used.stack.apiUrl,
    });
    expect(await machine.waybill("whoami", "--json")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"id":"alice"') as string,
    });
    const file = await machine.loginFile();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(machine.logins)).mode & 0o777).toBe(0o700);
    const { accessToken, refreshToken } = JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
    for (const secret of [accessToken, refreshToken]) {
      expect(secret?.length).toBeGreaterThan(20);
      expect(`${stdout}${stderr}${used.stack.output()}`).not.toContain(secret);
    }
  });

  it("opens a browser of this machine, which comes back to it", async () => {
    const machine = newMachine();
    const { verificationUri, userCode, outcome } = await machine.login("--browser");
    expect(userCode).toBeUndefined();
    const page = await used.browser.newPage();
    await page.goto(verificationUri);
    await page.getByRole("button", { name: "Bob" }).click();
    await page.getByRole("heading", { name: "You are logged in" }).waitFor();
    expect(new URL(page.url()).hostname).toBe("127.0.0.1");
    expect(JSON.parse((await outcome).stdout)).toMatchObject({ id: "bob", name: "Bob" });
    expect((await machine.waybill("whoami")).stdout).toBe("bob\n");
    await page.close();
  });

  it("tells when it was cancelled, in either way, and then nobody is logged in", async () => {
    for (const how of ["--device", "--browser"]) {
      const machine = newMachine();
      const { verificationUri, outcome } = await machine.login(how);
      const form = createFormBrowser();
      const first = await form.open(verificationUri);
      if (how === "--device") await form.submit(await form.submit(first), { abort: "yes" });
      else await form.submit(first, { user: "" });
      const { code, stderr } = await outcome;
      expect(code).toBe(1);
      expect(stderr).toContain("The login was cancelled.");
      expect((await machine.waybill("whoami")).code).toBe(1);
    }
  });

  it.each([
    [["--issuer", "nowhere"], '"nowhere" is not the address of a provider'],
    [["--device", "--browser"], "cannot be used with option"],
  ])("answers %j with exit code 2", async (args, sentence) => {
    const { code, stderr } = await newMachine().waybill("login", ...args);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });

  it("sends nobody to a provider without HTTPS, nor to one that is not there", async () => {
    const { waybill } = newMachine();
    const refused = await waybill("login", "--issuer", "http://login.example", "--client-id", "x");
    expect(refused.stderr).toContain("which is not to be trusted");
    const absent = await waybill("login", "--issuer", used.stack.apiUrl, "--client-id", "x");
    expect(absent).toMatchObject({ code: 1 });
    expect(absent.stderr).toContain(`The identity provider ${used.stack.apiUrl} cannot be used.`);
  });
});

describe("a login", () => {
  it("is one principal's: nobody else finds, reads, removes or resumes what is theirs", async () => {
    const [alice, bob] = [await loggedIn("alice"), await loggedIn("bob")];
    const file = join(used.folder, "secret.txt");
    await writeFile(file, "for nobody else");
    const key = (await alice.waybill("put", file)).stdout.trim();
    expect(key).toMatch(/^files\/alice\//);
    expect((await alice.waybill("get", key, "-o", "-")).stdout).toBe("for nobody else");
    expect((await bob.waybill("ls")).stdout).toBe("");
    expect((await bob.waybill("ls", "files/alice/")).stdout).toBe("");
    for (const args of [
      ["get", key, "-o", "-"],
      ["rm", key],
      ["url", key],
    ]) {
      expect(await bob.waybill(...args)).toMatchObject({
        code: 1,
        stdout: "",
        stderr: `waybill: There is no object ${JSON.stringify(key)}.\n`,
      });
    }
    const began = await fetch(`${used.stack.apiUrl}/uploads.create`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${await alice.accessToken()}`,
      },
      body: JSON.stringify({ fileName: "open.bin", sizeBytes: 100 * MiB }),
    });
    expect(began.status).toBe(200);
    expect((await alice.waybill("uploads")).stdout).toContain("open.bin");
    expect((await bob.waybill("uploads")).stdout).toBe("");
    expect(await alice.waybill("uploads", "abort", "--all")).toMatchObject({ code: 0 });
  });

  it("outlives its access tokens in the middle of a transfer", async () => {
    await using hasty = await startStack({
      variables: { WAYBILL_OIDC_TOKEN_SECONDS: String(SHORT_TOKEN_SECONDS) },
    });
    const alice = await loggedIn("alice", hasty);
    const path = join(used.folder, "long.bin");
    await writeRandomFile(path, 24 * MiB);
    const before = await readFile(await alice.loginFile(), "utf8");
    // More than two lives of a token.
    const { code, stdout, stderr } = await alice.waybill("put", path, "--limit-rate", "2M", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { key, durationMs } = JSON.parse(stdout) as { key: string; durationMs: number };
    expect(durationMs).toBeGreaterThan(SHORT_TOKEN_SECONDS * 2000);
    expect(await readFile(await alice.loginFile(), "utf8")).not.toBe(before);
    const copy = join(used.folder, "long.copy");
    expect(await alice.waybill("get", key, "-o", copy)).toMatchObject({ code: 0 });
    expect((await readFile(copy)).equals(await readFile(path))).toBe(true);
  });

  it("is renewed once for all commands that run at the time", async () => {
    const alice = await loggedIn("alice");
    const path = await alice.loginFile();
    for (let round = 0; round < 2; round++) {
      const refreshToken = await expire(path);
      const results = await Promise.all(Array.from({ length: 5 }, () => alice.waybill("whoami")));
      // A refresh token that is used twice ends the login: some would fail, now or in the next round.
      expect(results.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
        Array.from({ length: 5 }, () => ({ code: 0, stdout: "alice\n" })),
      );
      expect(await readFile(path, "utf8")).not.toContain(refreshToken);
      expect(await readdir(alice.logins)).toHaveLength(1);
    }
  });

  it("ends by logging out, also for whoever has a copy of it", async () => {
    const alice = await loggedIn("alice");
    const thief = newMachine();
    await cp(join(alice.logins, ".."), join(thief.logins, ".."), { recursive: true });
    expect(await alice.waybill("logout")).toMatchObject({
      code: 0,
      stderr: `Logged out of ${used.stack.apiUrl}.\n`,
    });
    expect(await readdir(alice.logins)).toEqual([]);
    expect((await alice.waybill("whoami")).code).toBe(1);
    expect((await alice.waybill("logout")).stderr).toContain("Nobody is logged in");
    await expire(await thief.loginFile());
    const refused = await thief.waybill("whoami");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("Your login has ended.");
    // Which does not keep anybody from logging in anew.
    expect((await thief.waybill("doctor")).stdout).toContain("FAIL  identity: Your login has ended");
    const { verificationUri, outcome } = await thief.login("--device");
    await confirmDevice(verificationUri, "bob");
    expect(await outcome).toMatchObject({ code: 0 });
    expect((await thief.waybill("whoami")).stdout).toBe("bob\n");
  });

  it("comes after WAYBILL_TOKEN, which is refused by its name", async () => {
    const alice = await loggedIn("alice");
    const withToken = (token: string) => runCli(["whoami"], { ...alice.env, WAYBILL_TOKEN: token });
    const bob = await loggedIn("bob");
    expect((await withToken(await bob.accessToken())).stdout).toBe("bob\n");
    expect(await withToken("nonsense")).toEqual({
      code: 1,
      stdout: "",
      stderr: "waybill: WAYBILL_TOKEN is not accepted: it has expired, or is for another API.\n",
    });
  });
});
