import { globSource } from "../path-pattern.ts";

/**
 * Whether the `Resource` of a policy is about a URL. Wildcards stay within protocol, domain, path or query; one at
 * the end of the path is for the query as well, one at the end of the domain for path and query.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html#private-content-custom-policy-statement-values
 *
 * @param url - as it was requested, without what CloudFront itself has added to the query
 */
export function matchesResource(resource: string, url: string): boolean {
  if (resource === "*") return true;
  const pattern = split(resource);
  const asked = split(url);
  if (pattern === undefined || asked === undefined) return false;
  const hasOpenDomain = pattern.path === undefined && pattern.domain.endsWith("*");
  const path = pattern.path ?? (hasOpenDomain ? "/*" : "/");
  const query = pattern.query ?? (path.endsWith("*") ? "*" : "");
  return (
    matches(pattern.protocol, asked.protocol) &&
    matches(pattern.domain, asked.domain) &&
    matches(path, asked.path ?? "/") &&
    matches(query, asked.query ?? "")
  );
}

interface UrlSections {
  protocol: string;
  domain: string;
  path: string | undefined;
  query: string | undefined;
}

/**
 * The first question mark behind a path begins the query, with or without a backslash. So a `?` is a wildcard in the
 * domain and the query, and in a path only once there is a query: there CloudFront could not know either.
 */
function split(text: string): UrlSections | undefined {
  const found = /^(?:(https?|\*):\/\/|(?=\*))([^/]*)(\/[^?\\]*)?(?:\\?\?(.*))?$/s.exec(text);
  if (found === null) return undefined;
  const [, protocol = "*", domain = "", path, query] = found;
  return { protocol, domain, path, query };
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${globSource(pattern)}$`, "s").test(text);
}
