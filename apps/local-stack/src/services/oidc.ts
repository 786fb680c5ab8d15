import { join } from "node:path";
import { createOidcIssuer } from "@waybill/local-aws/oidc";
import { runService } from "../run-service.ts";
import { OidcServiceEnv } from "../service-env.ts";
import { USERS } from "../users.ts";
import { webOrigins } from "../web-origins.ts";

/** Who people are, on this machine. */
await runService(() => {
  const env = OidcServiceEnv.parse(process.env);
  return createOidcIssuer({
    port: env.WAYBILL_OIDC_PORT,
    dataDir: join(env.WAYBILL_DATA_DIR, "oidc"),
    users: USERS,
    audience: env.WAYBILL_OIDC_AUDIENCE,
    accessTokenSeconds: env.WAYBILL_OIDC_TOKEN_SECONDS,
    deviceIntervalSeconds: 1,
    clients: [
      {
        kind: "page",
        clientId: env.WAYBILL_OIDC_PAGE_CLIENT_ID,
        name: "Waybill",
        redirectUris: webOrigins(env.WAYBILL_WEB_PORT).map((origin) => `${origin}/`),
      },
      { kind: "program", clientId: env.WAYBILL_OIDC_PROGRAM_CLIENT_ID, name: "Waybill’s command line" },
      {
        kind: "machine",
        clientId: env.WAYBILL_WORKER_CLIENT_ID,
        clientSecret: env.WAYBILL_WORKER_CLIENT_SECRET,
        scopes: [env.WAYBILL_WORKER_SCOPE],
      },
    ],
    log: (line) => console.error(`login: ${line}`),
  });
});
