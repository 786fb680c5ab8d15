/** Below the API's address. */
export const SHARE_PATH = "/s/";

/** Whether a path, below the API's address, is that of a link: for everybody, and not tRPC's. */
export function isSharePath(path: string): boolean {
  return path.startsWith(SHARE_PATH);
}
