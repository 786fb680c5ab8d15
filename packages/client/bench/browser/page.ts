import { createWaybillClient } from "@waybill/client/browser";
import { uploadWithBetterUpload } from "../../rig/page-clients/better-upload.ts";
import { openUppy } from "../../rig/page-clients/uppy.ts";
import type { ClientName } from "./clients.ts";

declare global {
  interface Window {
    bench?: {
      /** Set up a client, as an application does before its user has chosen anything. */
      open(name: ClientName): Promise<void>;
      /** Upload the chosen files; milliseconds until the client says that all are done. */
      upload(): Promise<number>;
    };
  }
}

/** As large as those of better-upload. */
const LARGE_PART_BYTES = 50 * 1024 ** 2;

type Upload = (files: readonly File[]) => Promise<void>;

let uploadAll: Upload | undefined;

window.bench = {
  async open(name) {
    uploadAll = await openClient(name);
  },
  async upload() {
    const input = document.querySelector("#file");
    const files = input instanceof HTMLInputElement ? Array.from(input.files ?? []) : [];
    if (uploadAll === undefined || files.length === 0) throw new Error("There is nothing to do.");
    const startedAt = performance.now();
    await uploadAll(files);
    return performance.now() - startedAt;
  },
};

async function openClient(name: ClientName): Promise<Upload> {
  const token = await (await fetch("/token")).text();
  if (name === "uppy") return openUppy({ getToken: async () => token });
  if (name === "better-upload") {
    return (files) => uploadWithBetterUpload(files, { route: files.length === 1 ? "large" : "files", token });
  }
  const client = createWaybillClient({ url: `${location.origin}/api`, token });
  const options = name === "waybill-large-parts" ? { partSizeBytes: LARGE_PART_BYTES } : {};
  return async (files) => void (await Promise.all(files.map((file) => client.upload(file, options))));
}
