import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer, preview, type Connect, type Plugin } from "vite";
import { runService } from "../run-service.ts";
import { WebServiceEnv } from "../service-env.ts";

await runService(async () => {
  const env = WebServiceEnv.parse(process.env);
  const root = dirname(fileURLToPath(import.meta.resolve("@waybill/web/package.json")));
  const address = { host: "127.0.0.1", port: env.WAYBILL_WEB_PORT, strictPort: true };
  const plugins = [serveConfig(`http://127.0.0.1:${env.WAYBILL_API_PORT}`)];
  if (env.WAYBILL_DEV) {
    const server = await createServer({ root, plugins, server: address });
    await server.listen();
    return server;
  }
  return preview({ root, plugins, preview: address, logLevel: "warn" });
});

/** Answers `/config.json`: what the page learns at run time, so that one build serves every deployment. */
function serveConfig(apiUrl: string): Plugin {
  const middleware: Connect.NextHandleFunction = (request, response, next) => {
    if (request.url !== "/config.json") return next();
    response.setHeader("content-type", "application/json");
    response.setHeader("cache-control", "no-store");
    response.end(JSON.stringify({ apiUrl }));
  };
  return {
    name: "waybill-config",
    configureServer: ({ middlewares }) => void middlewares.use(middleware),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(middleware),
  };
}
