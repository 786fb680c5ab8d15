/**
 * An object's key as one segment of a path: base64url of its UTF-8. Gateways decode, normalise and encode again what
 * stands in a path, each in its own way; of these letters they leave every one as it is.
 */
export function doorKeyText(key: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(key)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The key that was meant; undefined for any text that {@link doorKeyText} has not made. */
export function keyOfDoorText(text: string): string | undefined {
  try {
    const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const key = decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
    return doorKeyText(key) === text ? key : undefined;
  } catch {
    return undefined; // neither base64 nor UTF-8
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
