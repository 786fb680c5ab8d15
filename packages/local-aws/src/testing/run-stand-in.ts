import { createLocalAws } from "../create-local-aws.ts";

/*
 * A stand-in in a process of its own, for tests that kill it: `node run-stand-in.ts DATA_DIR [QUEUE]`. Its
 * first line is its endpoint. With a queue, that hears of every object of the bucket.
 */
const [, , dataDir, queue] = process.argv;
if (dataDir === undefined) throw new Error("usage: run-stand-in.ts DATA_DIR [QUEUE]");
const events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"];
const aws = await createLocalAws({
  dataDir,
  buckets: [{ name: "test-bucket", ...(queue === undefined ? {} : { notifications: [{ queue, events }] }) }],
  queues: queue === undefined ? [] : [{ name: queue }],
});
process.stdout.write(`${aws.endpoint}\n`);
