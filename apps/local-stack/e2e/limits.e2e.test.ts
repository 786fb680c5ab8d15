import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startStack } from "./start-stack.ts";

const MiB = 1024 ** 2;

it("says which limit an upload meets and when there is room again, and logs what was decided", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "waybill-limits-"));
  const variables = {
    WAYBILL_LIMIT_BYTES_PER_DAY: String(50 * MiB),
    WAYBILL_LIMIT_OPEN_UPLOADS: "1",
  };
  await using stack = await startStack({ dataDir, variables });
  const file = join(dataDir, "some.bin");
  await writeFile(file, new Uint8Array(20 * MiB));
  const { code, stdout } = await stack.waybill("put", file, "--json");
  expect(code).toBe(0);
  const { key } = JSON.parse(stdout) as { key: string };

  const begun = await fetch(`${stack.apiUrl}/uploads.create`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${stack.token}` },
    body: JSON.stringify({ fileName: "begun.bin", sizeBytes: 20 * MiB }),
  });
  expect(begun.status).toBe(200);
  const full = await stack.waybill("put", file);
  expect(full).toMatchObject({ code: 1, stdout: "" });
  expect(full.stderr).toMatch(/^waybill: You may have 1 uploads open, and have as many\. /);
  expect(await stack.waybill("uploads", "abort", "--all")).toMatchObject({ code: 0 });

  const refused = await stack.waybill("put", file, "--json");
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(JSON.parse(refused.stderr)).toMatchObject({
    error: {
      code: "LIMIT_EXCEEDED",
      message: expect.stringMatching(
        /^You may upload 52428800 bytes a day\. 10485760 are left until \d{4}-\d\d-\d\d 00:00 UTC, and this is 20971520\.$/,
      ) as string,
    },
  });

  const log = await readFile(join(dataDir, "audit.jsonl"), "utf8");
  const lines = log
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const create = { type: "audit", principal: "alice", procedure: "uploads.create" };
  expect(lines).toContainEqual(
    expect.objectContaining({ ...create, decision: "allow", key, sizeBytes: 20 * MiB }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ ...create, decision: "deny", code: "LIMIT_EXCEEDED" }),
  );
  expect(log).not.toContain(stack.token);
  expect(log).not.toMatch(/https?:|X-Amz/);
  expect(stack.output()).not.toContain('"type":"audit"');
  await rm(dataDir, { recursive: true });
});
