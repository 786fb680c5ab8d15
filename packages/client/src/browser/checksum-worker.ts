import { checksumOfBlob } from "./checksum-of-blob.ts";
import { serveCalls } from "./worker-call.ts";

serveCalls<Blob>(async (blob, signal) => ({ value: await checksumOfBlob(blob, signal) }));
