import { createLocalAws } from "../create-local-aws.ts";

/*
 * A stand-in in a process of its own, for tests that kill it: `node run-stand-in.ts DATA_DIR`. Its first
 * line is its endpoint.
 */
const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error("usage: run-stand-in.ts DATA_DIR");
const aws = await createLocalAws({ dataDir, buckets: [{ name: "test-bucket" }] });
process.stdout.write(`${aws.endpoint}\n`);
