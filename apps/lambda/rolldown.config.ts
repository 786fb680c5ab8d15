import { defineConfig } from "rolldown";
import { functionBundle } from "./function-bundle.ts";

export default defineConfig([
  functionBundle("src/handler.ts", "dist/api"),
  functionBundle("src/stream-handler.ts", "dist/api"),
  functionBundle("src/rest-authorizer.ts", "dist/api"),
  // Apart, since what runs at CloudFront's edges is deployed by itself.
  functionBundle("src/edge/handler.ts", "dist/edge"),
]);
