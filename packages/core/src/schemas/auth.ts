import * as z from "zod/mini";

/** How people and programs log in to an API: what they need to know of its OpenID provider. */
export const LoginOptions = z.object({
  /** The provider: its discovery document is below this address. */
  issuer: z.url({ protocol: /^https?$/ }),
  /** As which client a page, and a program of the user's, is known there. */
  clientIds: z.object({ page: z.optional(z.string()), program: z.optional(z.string()) }),
  /** Where a program has people sent back to, when not to any port of this machine: `http://localhost:8400/callback`. */
  programRedirectUri: z.optional(z.url({ protocol: /^http$/ })),
  /** What to ask for besides `openid`, `profile` and `offline_access`. */
  scopes: z.array(z.string()),
  /** Further parameters of the authorization request, such as `audience` or `resource`. */
  parameters: z.record(z.string(), z.string()),
});
export type LoginOptions = z.infer<typeof LoginOptions>;

/** For anybody. */
export const AuthOptionsOutput = z.object({
  /** Null where the API leaves it to its gateway, and people have to know. */
  login: z.nullable(LoginOptions),
});

/** Who asks, as the API knows them. */
export const WhoAmIOutput = z.object({ id: z.string(), scopes: z.array(z.string()) });
