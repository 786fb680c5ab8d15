/**
 * Where counts are kept that all instances of the API share: small texts, each under a name. A text is replaced only
 * by who has seen it as it is; that is all that limits rest on. S3's conditional writes can do it, and so can a table of
 * DynamoDB with a condition on a version.
 */
export interface Records {
  /** What was written last, by whomever: never something older. Undefined where there is nothing. */
  read(name: string): Promise<{ text: string; version: string } | undefined>;
  /**
   * @param version - of what it replaces; undefined: there must be nothing yet
   * @returns the new version; undefined, and nothing is changed, when there is another one by now
   * @throws when nobody knows whether it was written
   */
  write(name: string, text: string, version: string | undefined): Promise<string | undefined>;
}
