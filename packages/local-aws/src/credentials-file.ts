import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import type { AccountCredentials } from "./identity/credentials.ts";
import { SESSION_KEY_BYTES } from "./identity/session-token.ts";

/** The credentials of a data folder, made when it is first used. Only the owner may read the file. */
export function loadOrCreateCredentials(dataDir: string): Promise<AccountCredentials> {
  return loadOrCreate(join(dataDir, "credentials.json"), {
    what: "credentials",
    make: createCredentials,
    schema: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  });
}

/** The key that session tokens are sealed with, kept so that sessions outlive a restart. */
export async function loadOrCreateSessionKey(dataDir: string): Promise<Buffer> {
  const { sessionKey } = await loadOrCreate(join(dataDir, "session-key.json"), {
    what: "a session key",
    make: () => ({ sessionKey: randomBytes(SESSION_KEY_BYTES).toString("base64") }),
    schema: z.object({ sessionKey: z.string().check(z.refine(isSessionKey)) }),
  });
  return Buffer.from(sessionKey, "base64");
}

/** In the shape of Amazon's: an id of 20 characters and a secret of 40. */
function createCredentials(): AccountCredentials {
  return {
    accessKeyId: `LOCAL${randomBytes(8).toString("hex").toUpperCase().slice(1)}`,
    secretAccessKey: randomBytes(30).toString("base64"),
  };
}

function isSessionKey(text: string): boolean {
  return Buffer.from(text, "base64").length === SESSION_KEY_BYTES;
}

/**
 * What is made once and kept, in a file that only its owner may read.
 *
 * @param options.what - names it in the error when the file holds something else
 */
export async function loadOrCreate<Secret>(
  path: string,
  options: { what: string; make: () => Secret | Promise<Secret>; schema: z.ZodMiniType<Secret> },
): Promise<Secret> {
  await mkdir(join(path, ".."), { recursive: true, mode: 0o700 });
  const text = (await readIfThere(path)) ?? (await create(path, options.make));
  const parsed = options.schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} does not hold ${options.what}: remove it to have new ones made`);
}

/** @returns what the file holds in the end: another process may have been faster */
async function create(path: string, make: () => unknown): Promise<string> {
  const text = `${JSON.stringify(await make(), null, 2)}\n`;
  // Two that start at once must not read each other's half: a link makes a whole file appear, or fails.
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: "wx" });
    await link(draft, path);
    return text;
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    return await readFile(path, "utf8");
  } finally {
    await rm(draft, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
