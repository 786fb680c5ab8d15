/**
 * A cache behaviour's path pattern: `*` for any characters, `?` for one, a leading slash or none, in the case given.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
 */
export function toPathMatcher(pattern: string): (rawPath: string) => boolean {
  const expression = new RegExp(`^/?${globSource(pattern.replace(/^\//, ""))}$`, "s");
  return (rawPath) => expression.test(normalizePath(rawPath));
}

/** As text of a regular expression. */
export function globSource(pattern: string): string {
  return pattern
    .replaceAll(/[\\^$.|+()[\]{}/-]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
}

/**
 * As CloudFront does it to find the behaviour, and for nothing else: what goes on is the path as it came.
 *
 * Sources: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#path-normalization,
 * https://www.rfc-editor.org/rfc/rfc3986#section-6
 */
export function normalizePath(rawPath: string): string {
  const decoded = rawPath.replaceAll(/%[\da-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
  });
  const segments: string[] = [];
  const parts = decoded.split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part === "..") segments.pop();
    else if (part !== "." && part !== "") segments.push(part);
    if (isLast && ["", ".", ".."].includes(part)) segments.push("");
  }
  return `/${segments.join("/")}`;
}
