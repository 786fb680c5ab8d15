import { timingSafeEqual } from "node:crypto";
import { handler } from "@waybill/lambda/handler";
import { createHttpApi } from "@waybill/local-aws";
import { lambdaContext } from "../lambda-context.ts";
import { runService } from "../run-service.ts";
import { ApiServiceEnv } from "../service-env.ts";
import { webOrigins } from "../web-origins.ts";

/** The handler that is bundled for AWS, behind a stand-in of API Gateway. */
await runService(() => {
  const env = ApiServiceEnv.parse(process.env);
  return createHttpApi({
    port: env.WAYBILL_API_PORT,
    invoke: (event) => handler(event, lambdaContext()),
    authorize: async (headers) => authorize(headers, env.WAYBILL_WORKER_TOKEN),
    publicPaths: (path) => path === "/health",
    cors: {
      allowOrigins: webOrigins(env.WAYBILL_WEB_PORT),
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization", "content-type"],
      maxAge: 600,
    },
    log: (line) => console.error(`api: ${line}`),
  });
});

/**
 * What a JWT authorizer would say of this machine's users: whoever can reach the loopback is the
 * local user, and the worker has a token of its own. On AWS the gateway verifies real tokens.
 */
function authorize({ authorization, host }: Record<string, string>, workerToken: string) {
  // A page elsewhere can give its own name the address 127.0.0.1, but not this one.
  if (!/^(127\.0\.0\.1|localhost):\d+$/.test(host ?? "")) return undefined;
  if (authorization === undefined) return { claims: { sub: "local" }, scopes: null };
  const given = Buffer.from(authorization);
  const expected = Buffer.from(`Bearer ${workerToken}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return { claims: { sub: "worker" }, scopes: ["uploads:sweep"] };
}
