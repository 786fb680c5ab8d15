import { principalOfClaims, type Principal } from "@waybill/api";
import type { BearerVerifier } from "@waybill/api/bearer-verifier";
import * as z from "zod/mini";

/**
 * What API Gateway's JWT authorizer puts into a payload-2.0 event once it has verified a token: every claim
 * as text, lists in brackets. A caller cannot put it there: the gateway writes the request context itself.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
const AuthorizedEvent = z.object({
  requestContext: z.object({
    authorizer: z.object({ jwt: z.object({ claims: z.record(z.string(), z.string()) }) }),
  }),
});

const BearerEvent = z.object({ headers: z.object({ authorization: z.string() }) });

/**
 * Who sent this event: as the gateway has verified it, else as we do, such as behind a Function URL.
 *
 * @param options.verify - undefined: only the gateway's word counts
 * @returns undefined when nobody is logged in
 * @throws {WaybillError} as {@link BearerVerifier}
 */
export async function authenticateEvent(
  event: unknown,
  options: { verify: BearerVerifier | undefined; scopePrefix: string | undefined },
): Promise<Principal | undefined> {
  const authorized = AuthorizedEvent.safeParse(event);
  if (authorized.success) {
    const { claims } = authorized.data.requestContext.authorizer.jwt;
    const scp = claims["scp"]?.replace(/^\[(.*)\]$/s, "$1");
    return principalOfClaims({ ...claims, ...(scp === undefined ? {} : { scp }) }, options);
  }
  const bearer = BearerEvent.safeParse(event);
  if (!bearer.success || options.verify === undefined) return undefined;
  const [, token] = /^Bearer +(\S+)$/i.exec(bearer.data.headers.authorization) ?? [];
  return token === undefined ? undefined : options.verify(token);
}
