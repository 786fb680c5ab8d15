/**
 * Percent-encode every UTF-8 byte outside `A-Z a-z 0-9 - . _ ~`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function uriEncode(text: string): string {
  // encodeURIComponent leaves ! ' ( ) * as they are; Signature Version 4 does not.
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The same for an object key in a path, where `/` stays. S3 encodes once and normalises nothing. */
export function uriEncodeKey(key: string): string {
  return key.split("/").map(uriEncode).join("/");
}
