import * as z from "zod/mini";

/** On these the API signs each request. */
export const SignedRoute = z.enum(["presigned", "cloudfront", "apigateway", "lambda"]);

/** What each of them can do stands in `ROUTES`. */
export const Route = z.enum([...SignedRoute.options, "credentials"]);
export type Route = z.infer<typeof Route>;

/** `auto` leaves the choice to `chooseRoute`. */
export const RouteChoice = z.union([z.literal("auto"), Route]);
export type RouteChoice = z.infer<typeof RouteChoice>;

/** Routes that have failed who asks, for `auto` to pass over. */
export const AvoidedRoutes = z._default(z.array(Route).check(z.maxLength(8)), []);
