import { uriEncode } from "../sigv4/uri-encode.ts";
import { safeFileName } from "./object-key.ts";

/**
 * A Content-Disposition header that gives the file's name to every browser: an ASCII fallback, and
 * the real name in UTF-8.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6266 and https://www.rfc-editor.org/rfc/rfc8187
 */
export function contentDisposition(type: "attachment" | "inline", fileName: string): string {
  const wellFormed = fileName.toWellFormed();
  const fallback = safeFileName(wellFormed).replace(/[^\x20-\x7e]|["%;]/gu, "_"); // quotes would end it; % reads as encoded
  return `${type}; filename="${fallback}"; filename*=UTF-8''${uriEncode(wellFormed)}`;
}

/** The file's name out of a Content-Disposition header; undefined where it names none. */
export function fileNameOfContentDisposition(header: string): string | undefined {
  const extended = /filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(header)?.[1];
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended);
    } catch {
      // Not ours: fall back to the plain form.
    }
  }
  return /filename\s*=\s*"([^"]*)"/i.exec(header)?.[1] ?? /filename\s*=\s*([^;\s"]+)/i.exec(header)?.[1];
}
