import * as z from "zod/mini";
import { NamedSecrets } from "./named-secrets.ts";

const Url = z.optional(z.url({ protocol: /^https?$/ }));

const KeyPairIds = z.pipe(
  z.string().check(z.regex(/^[\w.-]+:\w+(,[\w.-]+:\w+)*$/, "is not id:id[,id:id...]")),
  z.transform(
    (text) =>
      new Map(
        text.split(",").map((entry): [string, string] => {
          const [ours = "", theirs = ""] = entry.split(":");
          return [ours, theirs];
        }),
      ),
  ),
);

/** The ways besides that straight to the store. Each is offered where its address is set. */
export const DoorEnv = {
  /** The keys that sign grants for our own doors, ECDSA P-256 in PKCS#8: `kid:base64[,kid:base64…]`. The first signs, all open. */
  WAYBILL_DOOR_KEYS: z._default(NamedSecrets, () => []),
  /** Where this API takes objects itself: its own address, below which `/objects` is. */
  WAYBILL_LAMBDA_URL: Url,
  /** Where the same streams what it brings: the Function URL of the stream handler. Downloads are signed for it. */
  WAYBILL_LAMBDA_STREAM_URL: Url,
  /** The REST API that passes objects on to the store, with its stage. */
  WAYBILL_APIGATEWAY_URL: Url,
  /** The distribution of CloudFront. */
  WAYBILL_CLOUDFRONT_URL: Url,
  /** The keys that sign its URLs, in PKCS#8: `id:base64[,id:base64…]`. The first signs. */
  WAYBILL_CLOUDFRONT_KEYS: z._default(NamedSecrets, () => []),
  /** What CloudFront calls them, where that is not known when they are made: `id:K2JCJMDEHXQW5F[,…]`. */
  WAYBILL_CLOUDFRONT_KEY_IDS: z._default(KeyPairIds, () => new Map()),
  /** The site that the API, the distribution and the page share, such as `example.com`; no cookies are given when it is left out. */
  WAYBILL_COOKIE_DOMAIN: z.optional(
    z
      .string()
      .check(z.regex(/^(?!(?:.*\.)?cloudfront\.net$)[a-z\d.-]+$/, "is no name of a site of your own")),
  ),
  /** `None` where the page is of another site. */
  WAYBILL_COOKIE_SAMESITE: z._default(z.enum(["Strict", "Lax", "None"]), "Lax"),
};
type DoorEnv = z.infer<z.ZodMiniObject<typeof DoorEnv>>;

/** What is missing beside the addresses of {@link DoorEnv}. */
export const doorEnvChecks = [
  z.refine<DoorEnv>((env) => hasAddress(env) === env.WAYBILL_DOOR_KEYS.length > 0, {
    path: ["WAYBILL_DOOR_KEYS"],
    error: "is needed with the address of a door, and only there",
  }),
  z.refine<DoorEnv>(
    (env) => (env.WAYBILL_CLOUDFRONT_URL !== undefined) === env.WAYBILL_CLOUDFRONT_KEYS.length > 0,
    { path: ["WAYBILL_CLOUDFRONT_KEYS"], error: "is needed with WAYBILL_CLOUDFRONT_URL, and only there" },
  ),
  z.refine<DoorEnv>(
    (env) => env.WAYBILL_LAMBDA_STREAM_URL === undefined || env.WAYBILL_LAMBDA_URL !== undefined,
    {
      path: ["WAYBILL_LAMBDA_URL"],
      error: "is needed with WAYBILL_LAMBDA_STREAM_URL, which takes no uploads",
    },
  ),
  z.refine<DoorEnv>((env) => env.WAYBILL_COOKIE_DOMAIN === undefined || isInCookieDomain(env), {
    path: ["WAYBILL_COOKIE_DOMAIN"],
    error: "is not what the host of WAYBILL_CLOUDFRONT_URL is, or ends in",
  }),
];

/** Browsers send cookies to hosts of their domain alone. */
function isInCookieDomain({ WAYBILL_COOKIE_DOMAIN: domain, WAYBILL_CLOUDFRONT_URL: url }: DoorEnv): boolean {
  return url !== undefined && `.${new URL(url).hostname}`.endsWith(`.${domain}`);
}

function hasAddress(env: DoorEnv): boolean {
  return [env.WAYBILL_LAMBDA_URL, env.WAYBILL_APIGATEWAY_URL, env.WAYBILL_CLOUDFRONT_URL].some(
    (url) => url !== undefined,
  );
}
