import { EXPOSED_DOOR_HEADERS } from "@waybill/core";
import { handler } from "@waybill/lambda/handler";
import { createHttpApi } from "@waybill/local-aws/http-api";
import { lambdaContext } from "../lambda-context.ts";
import { runService } from "../run-service.ts";
import { ApiServiceEnv } from "../service-env.ts";
import { webOrigins } from "../web-origins.ts";

/** For everybody. The last verifies a token itself where there is one, since an object may be public. */
const OPEN_PATHS: ReadonlySet<string> = new Set(["/health", "/auth.options", "/downloads.create"]);
/** Below these each request carries what lets it in: a grant of its own, or the secret of a share link. */
const OPEN_PREFIXES = ["/objects/", "/s/"];

/** The handler that is bundled for AWS, behind a stand-in of API Gateway. */
await runService(() => {
  const env = ApiServiceEnv.parse(process.env);
  return createHttpApi({
    port: env.WAYBILL_API_PORT,
    invoke: (event) => handler(event, lambdaContext()),
    jwtAuthorizer: {
      issuer: env.WAYBILL_OIDC_ISSUER,
      audience: env.WAYBILL_OIDC_AUDIENCE.split(",").map((it) => it.trim()),
    },
    publicPaths: (path) => OPEN_PATHS.has(path) || OPEN_PREFIXES.some((prefix) => path.startsWith(prefix)),
    cors: {
      allowOrigins: webOrigins(env.WAYBILL_WEB_PORT),
      allowMethods: ["GET", "POST", "PUT"],
      allowCredentials: true, // cookies of CloudFront
      allowHeaders: ["authorization", "content-type", "*"], // objects come with their metadata
      exposeHeaders: EXPOSED_DOOR_HEADERS,
      maxAge: 600,
    },
    // A share link is a secret.
    log: (line) => console.error(`api: ${line.replace(/\/s\/[^\s:]*/g, "/s/…")}`),
  });
});
