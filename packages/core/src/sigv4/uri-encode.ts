const UNRESERVED = /^[\w.~-]*$/;

/**
 * Percent-encode every UTF-8 byte outside `A-Z a-z 0-9 - . _ ~`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function uriEncode(text: string): string {
  if (UNRESERVED.test(text)) return text; // as most names are: this takes a third of the time
  // encodeURIComponent leaves ! ' ( ) * as they are; Signature Version 4 does not.
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The same for an object key in a path, where `/` stays. S3 encodes once and normalises nothing. */
export function uriEncodeKey(key: string): string {
  return uriEncode(key).replaceAll("%2F", "/");
}
