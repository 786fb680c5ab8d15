import { authRouter } from "./auth-router.ts";
import { collectionRouter } from "./collection-router.ts";
import { credentialsRouter } from "./credentials/credentials-router.ts";
import { downloadRouter } from "./download-router.ts";
import { healthProcedure, probeStoreProcedure, storeHealthProcedure } from "./health-procedure.ts";
import { objectRouter } from "./object-router.ts";
import { shareRouter } from "./shares/share-router.ts";
import { router } from "./trpc.ts";
import { uploadRouter } from "./upload-router.ts";

/** The whole API. Clients take its type only. */
export const appRouter = router({
  health: healthProcedure,
  storeHealth: storeHealthProcedure,
  auth: authRouter,
  probeStore: probeStoreProcedure,
  collections: collectionRouter,
  credentials: credentialsRouter,
  uploads: uploadRouter,
  downloads: downloadRouter,
  objects: objectRouter,
  shares: shareRouter,
});

export type AppRouter = typeof appRouter;
