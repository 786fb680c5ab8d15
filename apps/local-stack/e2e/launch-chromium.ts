import { accessSync, constants } from "node:fs";
import { chromium, type Browser, type BrowserContext } from "playwright";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
];
const QUIET = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A real Chromium: the one `CHROMIUM_PATH` names, one that is installed, or the one that the npm
 * package @sparticuz/chromium carries.
 *
 * @throws saying how to get one
 */
export async function launchChromium(): Promise<Browser> {
  return launched(async () => chromium.launch(await launchOptions()));
}

/** The same, with a profile that outlives it. */
export async function launchChromiumIn(userDataDir: string): Promise<BrowserContext> {
  return launched(async () => chromium.launchPersistentContext(userDataDir, await launchOptions()));
}

async function launchOptions() {
  const installed = [process.env["CHROMIUM_PATH"], ...INSTALLED].find(
    (path) => path !== undefined && isExecutable(path),
  );
  const executablePath = installed ?? (await unpackChromium());
  // Without a UTF-8 locale it misreads the names of files that are not ASCII.
  return { executablePath, args: QUIET, env: { ...process.env, LC_ALL: "C.UTF-8" } };
}

async function launched<T>(launch: () => Promise<T>): Promise<T> {
  try {
    return await launch();
  } catch (error) {
    throw new Error(
      "No Chromium could be started. Install one (Debian: apt-get install chromium) or name one with CHROMIUM_PATH.",
      { cause: error },
    );
  }
}

async function unpackChromium(): Promise<string> {
  // Makes it unpack the system libraries it needs as well, and put them on LD_LIBRARY_PATH.
  process.env["AWS_LAMBDA_JS_RUNTIME"] = "nodejs24.x";
  const { default: packaged } = await import("@sparticuz/chromium");
  return packaged.executablePath();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
