/** What an answer says of the version it made or found; nothing where there are no versions. */
export function versionHeader(versionId: string | undefined): Record<string, string> {
  return versionId === undefined ? {} : { "x-amz-version-id": versionId };
}

/** The same of the source of a copy. */
export function sourceVersionHeader(versionId: string | undefined): Record<string, string> {
  return versionId === undefined ? {} : { "x-amz-copy-source-version-id": versionId };
}
