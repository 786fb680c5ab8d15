import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { statIfThere } from "./stat-if-there.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waybill-stat-"));
  await writeFile(join(folder, "file"), "x");
  await symlink("loop", join(folder, "loop"));
});
afterAll(() => rm(folder, { recursive: true }));

it("tells what is there from what is not, and says when it cannot look", async () => {
  expect((await statIfThere(join(folder, "file")))?.size).toBe(1);
  expect(await statIfThere(join(folder, "none"))).toBeUndefined();
  expect(await statIfThere(join(folder, "file", "below"))).toBeUndefined();
  await expect(statIfThere(join(folder, "loop"))).rejects.toMatchObject({
    code: "LOCAL_FILE",
    message: expect.stringContaining("ELOOP") as string,
  });
});
