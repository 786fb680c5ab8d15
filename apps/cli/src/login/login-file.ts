import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod/mini";

/** Who is logged in to an API, and what proves it. */
const Login = z.object({
  version: z.literal(1),
  apiUrl: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  /** The provider's `sub`. */
  subject: z.string(),
  name: z.optional(z.string()),
  accessToken: z.string(),
  obtainedAtMs: z.number(),
  expiresAtMs: z.number(),
  refreshToken: z.optional(z.string()),
});
export type Login = z.infer<typeof Login>;

/** Where the login to one API is kept: a file that only its owner can read. */
export interface LoginFile {
  path: string;
  /** Undefined when nobody is logged in. */
  read(): Promise<Login | undefined>;
  /** All of it or nothing. */
  write(login: Login): Promise<void>;
  remove(): Promise<void>;
}

export function loginFile(options: { stateDir: string; apiUrl: string }): LoginFile {
  const name = createHash("sha256").update(options.apiUrl).digest("hex").slice(0, 32);
  const path = join(options.stateDir, "logins", `${name}.json`);
  return {
    path,
    async read() {
      const text = await readFile(path, "utf8").catch(unlessMissing);
      return text === undefined ? undefined : Login.safeParse(parseJson(text)).data;
    },
    async write(login) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const temporary = `${path}.${randomBytes(6).toString("hex")}`;
      try {
        await using file = await open(temporary, "wx", 0o600);
        await file.writeFile(JSON.stringify(login));
        await file.sync();
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    remove: () => rm(path, { force: true }),
  };
}

function unlessMissing(error: Error & { code?: string }): undefined {
  if (error.code !== "ENOENT") throw error;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
