import { execFileSync, spawnSync } from "node:child_process";
import type { Sample } from "./processes.ts";

/** Command lines that many people have. Each is measured where it is installed. */
export const TOOLS = ["aws s3 cp", "rclone copyto"] as const;
export type Tool = (typeof TOOLS)[number];

const KEYS = { AWS_ACCESS_KEY_ID: "bench", AWS_SECRET_ACCESS_KEY: "bench", AWS_DEFAULT_REGION: "us-east-1" };

export function isInstalled(tool: Tool): boolean {
  const [program = ""] = tool.split(" ");
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

/** What a shell's `times` says of its children: user and system time. */
export async function runTool(tool: Tool, store: string, file: string): Promise<Sample> {
  const args = tool === "aws s3 cp" ? awsArgs(store, file) : rcloneArgs(store, file);
  const startedAt = performance.now();
  const printed = execFileSync("sh", ["-c", '"$@" >&2 && times', "sh", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...KEYS, AWS_EC2_METADATA_DISABLED: "true", AWS_CA_BUNDLE: undefined },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const children = printed.trim().split("\n").at(-1) ?? "";
  const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest),
    0,
  );
  return { seconds, cpuSeconds, rssMiB: Number.NaN };
}

function awsArgs(store: string, file: string): string[] {
  return ["aws", "s3", "cp", file, "s3://bench/aws", "--endpoint-url", store, "--only-show-errors"];
}

function rcloneArgs(store: string, file: string): string[] {
  const s3 = ["--s3-provider", "Other", "--s3-env-auth", "--s3-endpoint", store, "--s3-region", "us-east-1"];
  const parts = ["--s3-chunk-size", "16M", "--s3-upload-concurrency", "4", "--s3-no-check-bucket"];
  return [
    "rclone",
    "copyto",
    file,
    ":s3:bench/rclone",
    ...s3,
    ...parts,
    "--config",
    "/dev/null",
    "--no-check-dest",
  ];
}
