// A process as Lambda would start it: load a bundle, hand it one event, say when it has answered.
const [, , bundle, event] = process.argv;

if (bundle === undefined) report();
else void answer();

async function answer() {
  const startedAt = performance.now();
  const { handler } = require(bundle);
  const importMs = performance.now() - startedAt;
  const { statusCode, body } = await handler(JSON.parse(event), {});
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}: ${body}`);
  report(importMs);
}

function report(importMs) {
  const { user, system } = process.cpuUsage();
  // Not stdout, where the audit log goes.
  const loaded = Object.keys(require.cache).filter((file) => file !== __filename);
  process.send({ importMs, cpuMs: (user + system) / 1000, loaded }, () => process.exit(0));
}
