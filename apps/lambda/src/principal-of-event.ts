import type { Principal } from "@waybill/api";
import * as z from "zod/mini";

/**
 * What API Gateway's JWT authorizer puts into a payload-2.0 event once it has verified a token.
 * A caller cannot put it there: the gateway writes the request context itself.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
const AuthorizedEvent = z.object({
  requestContext: z.object({
    authorizer: z.object({
      jwt: z.object({
        claims: z.looseObject({ sub: z.string().check(z.minLength(1)) }),
        scopes: z.nullish(z.array(z.string())),
      }),
    }),
  }),
});

/** Who asks; undefined on a route without an authorizer. */
export function principalOfEvent(event: unknown): Principal | undefined {
  const result = AuthorizedEvent.safeParse(event);
  if (!result.success) return undefined;
  const { claims, scopes } = result.data.requestContext.authorizer.jwt;
  return { id: claims.sub, scopes: scopes ?? [] };
}
