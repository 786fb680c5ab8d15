import { assertPortsFree } from "./assert-ports-free.ts";
import { parseEnv, type Env } from "./env.ts";
import { readyBlock } from "./ready-block.ts";
import { machineOf } from "./machine.ts";
import { loadSecrets } from "./secrets.ts";
import { serviceStages } from "./service-stages.ts";
import { createSupervisor } from "./supervisor.ts";

/** Everything on loopback, until Ctrl-C. */
async function main(): Promise<void> {
  const env: Env = parseEnv(process.env);
  const { web, api, stream, aws, oidc, gateway, cloudfront } = env.ports;
  await assertPortsFree({
    web,
    api,
    stream,
    ...(env.externalStore === undefined ? { aws, gateway, cloudfront } : {}),
    ...(env.externalIssuer === undefined ? { oidc } : {}),
  });
  const secrets = await loadSecrets(env.dataDir);

  const stopped = Promise.withResolvers<number>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopped.resolve(0));
  process.once("disconnect", () => stopped.resolve(0));
  const supervisor = createSupervisor({
    log: (line) => console.error(line),
    onGivenUp: () => stopped.resolve(1),
  });
  try {
    const machine = machineOf(env);
    const stages = serviceStages({
      machine,
      env,
      secrets,
      variables: process.env,
      dev: process.argv.includes("--dev"),
    });
    for (const specs of stages) await Promise.all(specs.map((spec) => supervisor.start(spec)));
    console.log(await readyBlock(env, machine));
    process.exitCode = await stopped.promise;
  } finally {
    await supervisor.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.disconnect?.();
