import { quoteName } from "../format/quote-name.ts";

/** Why folders that were dropped did not become uploads. */
export function folderNotice(folderNames: readonly string[]): string | undefined {
  const [first] = folderNames;
  if (first === undefined) return undefined;
  const which =
    folderNames.length === 1
      ? `${quoteName(first)} is a folder`
      : `${folderNames.length} of the items are folders`;
  return `${which}, and folders are not supported yet. Nothing in them was sent; please drop the files themselves.`;
}
