import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defineCollections } from "@waybill/api";
import { MiB } from "@waybill/core";
import { expect, it } from "vitest";
import { openStack } from "../testing/open-stack.ts";
import { createWaybillClient } from "./index.ts";

it.each([5, 17 * MiB])("hears what followed an upload of %d bytes", async (sizeBytes) => {
  const collections = defineCollections({
    files: {
      who: () => true,
      maxBytes: 64 * MiB,
      routes: ["presigned"],
      expiresIn: { upload: 60, download: 60, defaultDownload: 60 },
      afterUpload: async ({ object }) => ({ arrived: object.sizeBytes }),
    },
  });
  await using stack = await openStack({ collections });
  using client = createWaybillClient({ url: stack.url });
  const file = join(stack.folder, "file.bin");
  await writeFile(file, new Uint8Array(sizeBytes));
  expect((await client.upload(file)).after).toEqual({ arrived: sizeBytes });
});
