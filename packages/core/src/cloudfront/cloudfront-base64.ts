/**
 * Base64 in CloudFront's own alphabet: `-` for `+`, `_` for `=`, `~` for `/`. It is not base64url.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
 */
export function cloudFrontBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("=", "_")
    .replaceAll("/", "~");
}
