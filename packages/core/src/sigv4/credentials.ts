/** AWS credentials. `sessionToken` and `expiration` come with temporary ones. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** When they end. Undefined for keys that do not expire, and where nobody tells (AWS Lambda's own). */
  expiration?: Date | undefined;
}
