import { accessSync, constants } from "node:fs";
import { chromium, type Browser } from "playwright";

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
  const installed = [process.env["CHROMIUM_PATH"], ...INSTALLED].find(
    (path) => path !== undefined && isExecutable(path),
  );
  const env = { ...process.env, LC_ALL: "C.UTF-8" }; // else it misreads the names of files that are not ASCII
  try {
    if (installed !== undefined)
      return await chromium.launch({ executablePath: installed, args: QUIET, env });
    process.env["AWS_LAMBDA_JS_RUNTIME"] = "nodejs24.x"; // makes it unpack the system libraries it needs, too
    const { default: packaged } = await import("@sparticuz/chromium");
    return await chromium.launch({
      executablePath: await packaged.executablePath(),
      args: [...packaged.args, ...QUIET],
      env,
    });
  } catch (error) {
    throw new Error(
      "No Chromium could be started. Install one (Debian: apt-get install chromium) or name one with CHROMIUM_PATH.",
      { cause: error },
    );
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
