import * as z from "zod/mini";

/** What each of them can do stands in `ROUTES`. */
export const Route = z.enum(["presigned", "credentials"]);
export type Route = z.infer<typeof Route>;

/** `auto` leaves the choice to `chooseRoute`. */
export const RouteChoice = z.union([z.literal("auto"), Route]);
export type RouteChoice = z.infer<typeof RouteChoice>;
