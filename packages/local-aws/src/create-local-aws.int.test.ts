import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLocalAws, type LocalAws, type LocalAwsOptions } from "./create-local-aws.ts";
import { assumeRole } from "./testing/assume-role.ts";
import { createClient } from "./testing/s3-under-test.ts";

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "local-aws-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const roles = [
  { name: "reader", policies: [{ Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } }] },
];
const open = (options: Partial<LocalAwsOptions> = {}): Promise<LocalAws> =>
  createLocalAws({ dataDir, roles, ...options });

describe("the stand-ins", () => {
  it("know their credentials and their sessions again after a restart", async () => {
    const first = await open();
    const sts = { endpoint: first.endpoint, roleArn: first.roleArn("reader") };
    const { credentials } = await assumeRole({ ...first, sts });
    await first.close();
    await using second = await open();
    expect(second.credentials).toEqual(first.credentials);
    const client = createClient({ ...second, bucket: "", credentials });
    await client.send(new ListBucketsCommand({}));
    client.destroy();
  });

  it("keep their secrets from other users of the machine", async () => {
    await using _aws = await open();
    const secrets = (await readdir(dataDir)).filter((name) => name.endsWith(".json"));
    expect(secrets.toSorted()).toEqual(["credentials.json", "session-key.json"]);
    for (const name of secrets) expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
  });

  it("do not start with secrets that are damaged, and say which", async () => {
    await writeFile(join(dataDir, "session-key.json"), '{"sessionKey":"c2hvcnQ="}');
    await expect(open()).rejects.toThrow(/session-key\.json does not hold a session key: remove it/);
  });

  it("tell the ARN of a role that they have, and refuse roles that IAM would not take", async () => {
    await using aws = await open();
    expect(aws.roleArn("reader")).toBe(`arn:aws:iam::${aws.accountId}:role/reader`);
    expect(() => aws.roleArn("writer")).toThrow('there is no role "writer"');
    const other = join(dataDir, "other");
    await expect(open({ dataDir: other, roles: [{ name: "a b", policies: [] }] })).rejects.toThrow(
      'role "a b"',
    );
  });
});
