import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "./s3/sigv4/authenticate.ts";

/** The credentials of a data folder, made when it is first used. Only the owner may read the file. */
export async function loadOrCreateCredentials(dataDir: string): Promise<Credentials> {
  const path = join(dataDir, "credentials.json");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const made = createCredentials();
  try {
    await writeFile(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    return made;
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
  const credentials = parseCredentials(await readFile(path, "utf8"));
  if (credentials !== undefined) return credentials;
  throw new Error(`${path} does not hold credentials: remove it to have new ones made`);
}

/** In the shape of Amazon's: an id of 20 characters and a secret of 40. */
function createCredentials(): Credentials {
  return {
    accessKeyId: `LOCAL${randomBytes(8).toString("hex").toUpperCase().slice(1)}`,
    secretAccessKey: randomBytes(30).toString("base64"),
  };
}

function parseCredentials(text: string): Credentials | undefined {
  const parsed = parseJson(text);
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const accessKeyId = "accessKeyId" in parsed ? parsed.accessKeyId : undefined;
  const secretAccessKey = "secretAccessKey" in parsed ? parsed.secretAccessKey : undefined;
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string") return undefined;
  return { accessKeyId, secretAccessKey };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
