import { access, constants } from "node:fs/promises";
import { chromium, type Browser } from "playwright";

const INSTALLED = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
];
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--disable-background-networking",
];

/** The Chromium that `CHROMIUM_PATH` names, or one that is installed. Whoever launches it closes it. */
export async function launchChromium(args: readonly string[] = []): Promise<Browser> {
  for (const executablePath of [process.env["CHROMIUM_PATH"], ...INSTALLED]) {
    if (executablePath === undefined || !(await isExecutable(executablePath))) continue;
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    return chromium.launch({ executablePath, args: [...ARGUMENTS, ...args], ...signals });
  }
  throw new Error(
    "There is no Chromium: install one (Debian: apt-get install chromium) or set CHROMIUM_PATH.",
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
