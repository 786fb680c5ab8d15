import { lazy } from "@trpc/server";
import { healthProcedure, probeStoreProcedure, storeHealthProcedure } from "./health-procedure.ts";
import { router } from "./trpc.ts";

/** The whole API. Clients take its type only. A new process loads what it is asked for, when it is asked. */
export const appRouter = router({
  health: healthProcedure,
  storeHealth: storeHealthProcedure,
  probeStore: probeStoreProcedure,
  auth: lazy(() => import("./auth-router.ts")),
  collections: lazy(() => import("./collection-router.ts")),
  credentials: lazy(() => import("./credentials/credentials-router.ts")),
  uploads: lazy(() => import("./upload-router.ts")),
  downloads: lazy(() => import("./download-router.ts")),
  objects: lazy(() => import("./object-router.ts")),
  shares: lazy(() => import("./shares/share-router.ts")),
});

export type AppRouter = typeof appRouter;
