import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importDoorPublicKey } from "@waybill/core";
import { createEdgeHandler, type EdgeHandler } from "./create-edge-handler.ts";
import { EdgeKeys } from "./edge-keys.ts";

// Lambda@Edge has no environment variables: the keys come in a file beside the bundle, which is deployed with it.
const file = join(import.meta.dirname, "edge-keys.json");
const keys = EdgeKeys.parse(JSON.parse(readFileSync(file, "utf8")));

// From when the module is loaded, not from the first event on. A failure ends the process, and AWS starts another.
const publicKeys = Promise.all(
  keys.map(({ keyId, spki }) =>
    importDoorPublicKey({ keyId, spki: new Uint8Array(Buffer.from(spki, "base64")) }),
  ),
);

export const handler: EdgeHandler = createEdgeHandler({
  publicKeys: () => publicKeys,
  now: () => new Date(),
});
