import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOfFile, MiB, writeRandomFile } from "./page-driver.ts";
import { CLI, runCli, type CliResult, type Stack } from "./start-stack.ts";
import { tokenOf } from "./token-of.ts";

/** Two parts and more, of the sizes that the tools cut by themselves. */
const LARGE_BYTES = 20 * MiB;
const TIMEOUT_MS = 120_000;

interface Vended {
  /** As `waybill credentials --env` says them. */
  variables: Record<string, string>;
  /** `s3://bucket/prefix/`, without the scheme. */
  place: string;
  endpoint: string;
}

/**
 * Tools that know S3 and not Waybill, with what `waybill credentials` gives them: inside the prefix they work, outside
 * they are refused. A tool that is not installed is named.
 *
 * @param options.createsOnce - whether the store knows the condition by which nothing is replaced
 */
export function describeStockTools(
  where: string,
  open: () => Promise<Stack>,
  { createsOnce }: { createsOnce: boolean },
): void {
  describe(`stock tools, with temporary credentials for ${where}`, { timeout: TIMEOUT_MS }, () => {
    let stack: Stack;
    let folder: string;
    let large: string;
    let drive: Vended;
    /** An object of somebody else's, and where such lie. */
    let foreign: { key: string; prefix: string; listed: string };
    let asBob: NodeJS.ProcessEnv;

    beforeAll(async () => {
      stack = await open();
      folder = await mkdtemp(join(tmpdir(), "waybill-tools-"));
      large = join(folder, "large.bin");
      await writeRandomFile(large, LARGE_BYTES);
      drive = await vend("drive");
      asBob = { ...stack.env, WAYBILL_TOKEN: await tokenOf(stack.issuerUrl, "bob") };
      const { stdout } = await runCli(["put", large, "--collection", "drive"], asBob);
      foreign = { key: stdout.trim(), prefix: "drive/bob/", listed: await listOfBob() };
      expect(JSON.parse(foreign.listed)).toMatchObject({ key: foreign.key, sizeBytes: LARGE_BYTES });
    }, TIMEOUT_MS);
    afterAll(async () => {
      await stack[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    });

    /** One line per object. */
    async function listOfBob(): Promise<string> {
      return (await runCli(["ls", "drive/bob/", "--json"], asBob)).stdout;
    }

    async function vend(collection: string): Promise<Vended> {
      const { stdout, stderr } = await stack.waybill("credentials", "--collection", collection, "--env");
      const exported = Array.from(stdout.matchAll(/^export (\w+)='(.*)'$/gm), ([, name, value]) => [
        name,
        value,
      ]);
      const [, place = "", endpoint = ""] = / in s3:\/\/(\S+) at (\S+),/.exec(stderr) ?? [];
      expect(place).toContain(`/${collection}/alice/`);
      return { variables: Object.fromEntries(exported) as Record<string, string>, place, endpoint };
    }

    /** Run a tool with nothing of ours but what was vended. */
    function run(tool: string, args: string[], variables = drive.variables): Promise<CliResult> {
      const { PATH = "" } = process.env;
      // Neither profiles of whoever runs the tests, nor questions to the metadata service of a machine.
      const env = { PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: "true", ...variables };
      return new Promise((resolve) => {
        const child = execFile(tool, args, { env }, (_, stdout, stderr) =>
          resolve({ code: child.exitCode ?? -1, stdout, stderr }),
        );
      });
    }

    async function succeed(tool: string, ...args: string[]): Promise<string> {
      const result = await run(tool, args);
      expect(result).toMatchObject({ code: 0 });
      return result.stdout;
    }

    /** The last of these is what aws 1.45 makes of a refusal without a message, as Ceph's are. */
    async function expectRefused(tool: string, args: string[], variables?: Record<string, string>) {
      const { code, stdout, stderr } = await run(tool, args, variables);
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(/AccessDenied|Access Denied|403|Forbidden|'NoneType' is not iterable/);
    }

    describe.runIf(isInstalled("aws"))("aws s3", () => {
      const aws = (...args: string[]) => ["--endpoint-url", drive.endpoint, "s3", ...args];

      it("copies there and back, in one request and in parts", async () => {
        const small = join(folder, "small.txt");
        await writeFile(small, "small");
        const to = `s3://${drive.place}`;
        await Promise.all([
          succeed("aws", ...aws("cp", small, `${to}small.txt`)),
          succeed("aws", ...aws("cp", large, `${to}large.bin`)),
        ]);
        await succeed("aws", ...aws("cp", `${to}large.bin`, `${large}.back`));
        expect(await digestOfFile(`${large}.back`)).toBe(await digestOfFile(large));
      });

      it("lists what is there by credential_process, for which it asks as it needs to", async () => {
        await mkdir(join(folder, ".aws"), { recursive: true });
        const command = `${process.execPath} ${CLI} credentials --collection drive`;
        await writeFile(
          join(folder, ".aws/config"),
          `[profile waybill]\ncredential_process = ${command}\nregion = us-east-1\n`,
        );
        const { WAYBILL_API_PORT = "", WAYBILL_TOKEN = "" } = stack.env;
        const listed = await run("aws", ["--profile", "waybill", ...aws("ls", `s3://${drive.place}`)], {
          WAYBILL_API_PORT,
          WAYBILL_TOKEN,
        });
        expect(listed).toMatchObject({ code: 0, stdout: expect.stringMatching(/ large\.bin$/m) as string });
      });

      it("is refused outside of the prefix, whatever it tries", async () => {
        const bucket = `s3://${drive.place.split("/")[0]}`;
        await Promise.all([
          expectRefused("aws", aws("cp", large, `${bucket}/${foreign.prefix}x`)),
          expectRefused("aws", aws("cp", `${bucket}/${foreign.key}`, join(folder, "stolen"))),
          expectRefused("aws", aws("ls", `${bucket}/${foreign.prefix}`)),
          expectRefused("aws", aws("rm", `${bucket}/${foreign.key}`)),
        ]);
        expect(await listOfBob()).toBe(foreign.listed);
      });
    });

    describe.runIf(isInstalled("rclone"))("rclone", () => {
      // Releases before 1.61 name an access list with every object.
      const remote = (place: string) =>
        `:s3,provider=Other,env_auth,no_check_bucket,force_path_style=true,acl=bucket-owner-full-control,region=us-east-1,endpoint="${drive.endpoint}":${place}`;

      it("copies a directory there and back, in parts too, and finds it the same", async () => {
        const source = join(folder, "source");
        await mkdir(join(source, "deep"), { recursive: true });
        await writeFile(join(source, "deep/ünïcode ☂.txt"), "text");
        await writeFile(join(source, "large.bin"), await readFile(large));
        const there = remote(`${drive.place}tree`);
        await succeed("rclone", "copy", "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M", source, there);
        await succeed("rclone", "check", "--download", source, there);
        await succeed("rclone", "copy", there, join(folder, "back"));
        expect(await digestOfFile(join(folder, "back/large.bin"))).toBe(await digestOfFile(large));
        await succeed("rclone", "purge", there);
      });

      it("is refused outside of the prefix", async () => {
        const [bucket = ""] = drive.place.split("/");
        const once = ["--retries", "1", "--low-level-retries", "1"];
        await Promise.all([
          expectRefused("rclone", [...once, "copyto", large, remote(`${bucket}/${foreign.prefix}x`)]),
          expectRefused("rclone", [...once, "lsf", remote(`${bucket}/${foreign.prefix}`)]),
          expectRefused("rclone", [...once, "lsf", remote(bucket)]),
          expectRefused("rclone", [...once, "cat", remote(`${bucket}/${foreign.key}`)]),
        ]);
        expect(await listOfBob()).toBe(foreign.listed);
      });
    });

    describe("@aws-sdk/lib-storage", () => {
      function clientWith({ variables, endpoint }: Vended): S3Client {
        const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = "" } = variables;
        return new S3Client({
          region: variables["AWS_REGION"] ?? "us-east-1",
          endpoint,
          forcePathStyle: true,
          credentials: {
            accessKeyId: AWS_ACCESS_KEY_ID,
            secretAccessKey: AWS_SECRET_ACCESS_KEY,
            sessionToken: AWS_SESSION_TOKEN,
          },
        });
      }

      async function upload(vended: Vended, prefix: string, more: { IfNoneMatch?: string } = {}) {
        const client = clientWith(vended);
        const [Bucket = ""] = vended.place.split("/");
        const Key = `${prefix}by-lib-storage`;
        try {
          await new Upload({ client, params: { Bucket, Key, Body: await readFile(large), ...more } }).done();
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
          return (await Body?.transformToByteArray())?.length;
        } finally {
          client.destroy();
        }
      }

      it("uploads in parts inside of the prefix, and nowhere else", async () => {
        expect(await upload(drive, "drive/alice/")).toBe(LARGE_BYTES);
        await expect(upload(drive, foreign.prefix)).rejects.toMatchObject({ name: "AccessDenied" });
      });

      it(`${createsOnce ? "creates and does not replace" : "can store nothing"} where nothing may be replaced`, async () => {
        const files = await vend("files");
        const once = () => upload(files, "files/alice/", { IfNoneMatch: "*" });
        await expect(upload(files, "files/alice/")).rejects.toMatchObject({ name: "AccessDenied" });
        if (createsOnce) {
          expect(await once()).toBe(LARGE_BYTES);
          await expect(once()).rejects.toMatchObject({ name: "PreconditionFailed" });
        } else {
          await expect(once()).rejects.toMatchObject({ name: "AccessDenied" });
        }
      });
    });
  });
}

/** Says so where it is not: nobody shall think that it was tried. */
function isInstalled(tool: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${tool}`]);
    return true;
  } catch {
    console.warn(`*** NOT RUN: what ${tool} does with temporary credentials, since it is not installed. ***`);
    return false;
  }
}
