import * as z from "zod/mini";
import { MAX_KEY_BYTES } from "../s3-limits.ts";
import { WaybillError } from "../waybill-error.ts";
import { safeFileName, utf8Length } from "./object-key.ts";

/** From `createKeyId`. */
export const KeyId = z.uuidv7().check(z.lowercase());

/**
 * Where a file belongs in a folder that is uploaded as one.
 *
 * A path is taken only in the form that {@link safeFolderPath} gives it. So the key holds it letter by
 * letter: two paths never become one key, and whoever changes a path to make it fit sees what it
 * meets.
 */
export const FolderPlace = z.object({
  /** From `createKeyId`; the same for all files of the folder. */
  id: KeyId,
  /** Relative, with `/` between the segments. */
  path: z.string().check(
    z.minLength(1),
    z.refine((path) => utf8Length(path) <= MAX_KEY_BYTES, { error: `is longer than ${MAX_KEY_BYTES} bytes` }),
    z.refine((path) => safeFolderPath(path) === path, {
      error: "is not a relative path of safe names, as safeFolderPath makes them",
    }),
  ),
});
export type FolderPlace = z.infer<typeof FolderPlace>;

/**
 * A relative path whose segments are safe in a key and in a folder; see {@link safeFileName}. Different
 * paths may become one.
 */
export function safeFolderPath(path: string): string {
  return path
    .split("/")
    .map((segment) => safeFileName(segment))
    .join("/");
}

/**
 * The key of a file in a folder: `prefix` + the folder's id + `/` + the path.
 *
 * The id is the client's choice, and harmless: the key lies below the principal's own prefix whatever
 * it says, and nothing that is stored is ever overwritten.
 *
 * @param options.prefix - ends in `/`
 * @throws {WaybillError} `INVALID_INPUT` when the key would be longer than S3 takes
 */
export function createFolderKey({ prefix, folder }: { prefix: string; folder: FolderPlace }): string {
  return keyBelow(`${prefix}${folder.id}/`, folder.path);
}

/**
 * @param path - as {@link safeFolderPath} makes it
 * @throws {WaybillError} `INVALID_INPUT` when the key would be longer than S3 takes
 */
export function keyBelow(prefix: string, path: string): string {
  const key = prefix + path;
  const excessBytes = utf8Length(key) - MAX_KEY_BYTES;
  if (excessBytes <= 0) return key;
  throw new WaybillError(
    "INVALID_INPUT",
    `The path is ${excessBytes} bytes too long: with what stands before it, a key may have ${MAX_KEY_BYTES}.`,
  );
}
